import net from 'node:net';
import { ToxicsError } from './control/toxics-error.ts';
import { type Address, formatAddress } from './listen-address.ts';

/** An open port: clients arrive paused, half-open allowed, without Nagle. */
export class Listener {
  readonly address: Address;
  readonly #server: net.Server;

  private constructor(server: net.Server, address: Address) {
    this.#server = server;
    this.address = address;
  }

  /**
   * Opens a port; port 0 picks a free one. The wildcard keeps its name `::` on a machine without IPv6 as well: there it
   * is asked for under that name again, and must be known as the port that is open.
   * @throws ToxicsError 500 with the text of the system, as Go words it; `isTaken` knows the one for a port in use.
   */
  static open(wanted: Address, accept: (client: net.Socket) => void): Promise<Listener> {
    return Listener.#open(wanted, accept, wanted.host);
  }

  static #open(wanted: Address, accept: (client: net.Socket) => void, name: string): Promise<Listener> {
    return new Promise((resolve, reject) => {
      const server = net.createServer(
        { allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 },
        accept,
      );
      const refused = (error: NodeJS.ErrnoException): void => {
        // A machine without IPv6 has no wildcard `::`.
        if (wanted.host === '::' && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL')) {
          Listener.#open({ host: '0.0.0.0', port: wanted.port }, accept, name).then(resolve, reject);
        } else reject(bindError(wanted, error));
      };
      server.once('error', refused);
      server.listen({ host: wanted.host, port: wanted.port, backlog: 4_096 }, () => {
        server.off('error', refused);
        // Accept errors (out of descriptors) concern one client; the port stays open.
        server.on('error', () => undefined);
        const bound = server.address() as net.AddressInfo;
        resolve(new Listener(server, { host: name === '::' ? '::' : bound.address, port: bound.port }));
      });
    });
  }

  /** Frees the port at once; connections that were accepted live on. */
  close(): void {
    this.#server.close();
  }
}

function bindError(wanted: Address, error: NodeJS.ErrnoException): ToxicsError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'address already in use',
    EADDRNOTAVAIL: 'cannot assign requested address',
    EACCES: 'permission denied',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  const taken = error.code === 'EADDRINUSE';
  return new ToxicsError(500, `listen tcp ${formatAddress(wanted)}: bind: ${reason}`, { taken });
}

/** True for the error of a port that somebody listens on. */
export function isTaken(error: unknown): boolean {
  return error instanceof ToxicsError && error.facts['taken'] === true;
}
