import net from 'node:net';
import type { Random } from '../../proxy/host/random.ts';
import { abortSocket } from './abort-socket.ts';
import type { Ending } from './engine/chunk.ts';
import { Link } from './engine/link.ts';
import type { Scheduler } from './engine/scheduler.ts';
import { type Address, dialOptions } from './listen-address.ts';
import type { Direction, Toxic } from './toxic.ts';

/** How long a socket that was told to close may take to hand over its last bytes before it is cut off. */
const LINGER_MS = 1_000;

/** Bytes that entered and left one direction, as they happen. */
export interface Traffic {
  received: number;
  sent: number;
}

/** What a connection needs from its proxy. */
export interface ConnectionHost {
  readonly scheduler: Scheduler;
  readonly dialTimeoutMs: number;
  /** Live counters of the proxy, both directions. */
  readonly traffic: Readonly<Record<Direction, Traffic>>;
  toxics(direction: Direction): readonly Toxic[];
  /** Both sockets are gone, or about to be without our help. */
  closed(connection: Connection, reason: string): void;
}

/**
 * One client and the upstream it is proxied to: two sockets, two links. Each direction ends on its own, so a client
 * that half-closes still gets its reply; everything that waits can be dropped at any instant.
 */
export class Connection {
  /** 1 for the first connection a proxy accepted; names the random streams. */
  readonly ordinal: number;
  readonly #host: ConnectionHost;
  readonly #client: net.Socket;
  readonly #random: Random;
  #server: net.Socket | undefined;
  #links: Record<Direction, Link> | undefined;
  #dialTimer: NodeJS.Timeout | undefined;
  #state: 'dialling' | 'open' | 'closing' = 'dialling';
  #reason = 'closed';
  #open = 1;

  constructor(host: ConnectionHost, client: net.Socket, ordinal: number, random: Random) {
    this.ordinal = ordinal;
    this.#host = host;
    this.#client = client;
    this.#random = random;
    // A client error before the upstream answers: nothing to pass on.
    client.on('error', () => this.#broken('client', 'client error'));
    client.once('close', () => this.#socketClosed());
  }

  /** Dials the upstream; the client's bytes wait unread until it answers. */
  dial(upstream: Address): void {
    if (this.#state !== 'dialling' || this.#server !== undefined) return;
    const server = net.connect(dialOptions(upstream));
    this.#server = server;
    this.#open += 1;
    this.#dialTimer = setTimeout(() => this.close('dial timeout'), this.#host.dialTimeoutMs);
    server.once('connect', () => this.#connected(server));
    server.on('error', () => this.#broken('server', 'upstream error'));
    server.once('close', () => this.#socketClosed());
  }

  /** A toxic was added to, changed on or removed from the proxy. */
  change(kind: 'add' | 'update' | 'remove', toxic: Toxic): void {
    this.#links?.[toxic.direction][kind](toxic);
  }

  /** Closes both sides: what was written still arrives, what toxics hold is dropped. */
  close(reason: string): void {
    if (this.#state === 'closing') return;
    this.#leave(reason);
    this.#finishSocket(this.#client);
    if (this.#server !== undefined) this.#finishSocket(this.#server);
  }

  /** Resets both sides (RST). */
  reset(reason: string): void {
    if (this.#state === 'closing') return;
    this.#leave(reason);
    abortSocket(this.#client);
    if (this.#server !== undefined) abortSocket(this.#server);
  }

  /** Cuts both sides off without waiting for anything. */
  destroy(): void {
    this.#leave('server closed');
    this.#client.destroy();
    this.#server?.destroy();
  }

  #connected(server: net.Socket): void {
    clearTimeout(this.#dialTimer);
    if (this.#state !== 'dialling') return;
    this.#state = 'open';
    server.setNoDelay(true);
    this.#links = {
      upstream: this.#link('upstream', this.#client, server),
      downstream: this.#link('downstream', server, this.#client),
    };
    this.#pump(this.#client, this.#links.upstream, this.#host.traffic.upstream);
    this.#pump(server, this.#links.downstream, this.#host.traffic.downstream);
    this.#client.on('drain', () => this.#links?.downstream.drained());
    server.on('drain', () => this.#links?.upstream.drained());
    this.#client.resume();
  }

  #link(direction: Direction, from: net.Socket, to: net.Socket): Link {
    const traffic = this.#host.traffic[direction];
    return new Link(
      {
        scheduler: this.#host.scheduler,
        direction,
        random: this.#random.fork(direction),
        pressure: (full) => {
          if (this.#state === 'open') full ? from.pause() : from.resume();
        },
        close: () => this.close('toxic'),
        reply: (bytes) => {
          if (from.writable) from.write(bytes);
        },
        abandonSender: () => abortSocket(from),
      },
      {
        write(bytes) {
          traffic.sent += bytes.length;
          return to.write(bytes);
        },
        end: (ending) => this.#end(ending, to),
      },
      this.#host.toxics(direction),
    );
  }

  #end(ending: Ending, to: net.Socket): void {
    if (ending === 'fin') to.end();
    else if (ending === 'close') this.close('toxic');
    else this.reset('reset');
  }

  #pump(from: net.Socket, link: Link, traffic: Traffic): void {
    from.on('data', (bytes: Buffer) => {
      traffic.received += bytes.length;
      link.push(bytes);
    });
    from.once('end', () => link.end('fin'));
  }

  /** A socket failed: the other side hears a reset after the data that was already under way. */
  #broken(side: 'client' | 'server', reason: string): void {
    if (this.#state === 'closing') return;
    if (this.#links === undefined) {
      this.close(reason);
      return;
    }
    this.#reason = reason;
    const [inward, outward] =
      side === 'client' ? (['downstream', 'upstream'] as const) : (['upstream', 'downstream'] as const);
    this.#links[inward].discard();
    if (this.#links[outward].senderEnded) this.reset(reason);
    else this.#links[outward].end('reset');
  }

  #leave(reason: string): void {
    if (this.#state !== 'closing') this.#reason = reason;
    this.#state = 'closing';
    clearTimeout(this.#dialTimer);
    this.#links?.upstream.discard();
    this.#links?.downstream.discard();
  }

  /** FIN after what was written; whatever still comes in is thrown away, since unread bytes would turn FIN into RST. */
  #finishSocket(socket: net.Socket): void {
    if (socket.connecting) {
      socket.destroy();
      return;
    }
    socket.end();
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }

  #socketClosed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    clearTimeout(this.#dialTimer);
    this.#leave(this.#reason);
    this.#host.closed(this, this.#reason);
  }
}
