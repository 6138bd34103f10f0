import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { FaultLinks } from '../../../sim/live/fault-links.ts';
import { startToxicServer } from '../../../sim/toxics/index.ts';

/** A fault server of our own with links to an echoing upstream. */
export interface EchoLinks {
  readonly url: string;
  readonly upstream: string;
  readonly links: FaultLinks;
  close(): Promise<void>;
}

export async function echoLinks(names: readonly string[], metrics = true): Promise<EchoLinks> {
  const sockets = new Set<Socket>();
  const echo = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const upstream = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
  const server = await startToxicServer({
    host: '127.0.0.1',
    port: 0,
    seed: 'echo',
    metrics: { proxy: metrics, runtime: false },
  });
  const links = new FaultLinks(server.url, 'run-');
  for (const name of names) await links.open(name, upstream);
  return {
    url: server.url,
    upstream,
    links,
    async close() {
      await links.close();
      await server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => echo.close(resolve));
    },
  };
}

/** Toxics of every proxy of a server, by name. */
export async function toxicsAt(url: string): Promise<Record<string, string[]>> {
  const all = (await (await fetch(`${url}/proxies`)).json()) as Record<string, { toxics: Array<{ name: string }> }>;
  return Object.fromEntries(Object.entries(all).map(([name, { toxics }]) => [name, toxics.map((one) => one.name)]));
}

/** A client of a link: what came back, and whether the connection is still there. */
export class EchoClient {
  heard = '';
  closed = false;
  readonly #socket: Socket;

  constructor(listen: string) {
    const [host, port] = listen.split(':');
    this.#socket = connect({ host: host ?? '', port: Number(port) });
    this.#socket.on('data', (bytes) => {
      this.heard += bytes.toString();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.closed = true;
    });
  }

  say(text: string): void {
    this.#socket.write(text);
  }
}

/** Waits until it holds; a run that never gets there fails by its own message. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never: ${what}`);
}
