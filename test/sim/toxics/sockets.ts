import { once } from 'node:events';
import net from 'node:net';

/** Undoes what a test started, last first; each test file runs `closeAll` after every test. */
const cleanups: (() => void | Promise<void>)[] = [];

/** Remembers something to close after the test. */
export function afterwards(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}

/** Closes everything the test opened. */
export async function closeAll(): Promise<void> {
  while (cleanups.length > 0) await cleanups.pop()?.();
}

/** Fails instead of hanging. */
export async function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function delay(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** One end of a TCP connection with its history: what came, when, and how it ended. */
export class Peer {
  readonly socket: net.Socket;
  readonly chunks: { bytes: Buffer; atMs: number }[] = [];
  /** How many bytes came. */
  size = 0;
  ended: 'fin' | 'reset' | 'error' | undefined;
  endedAtMs = 0;
  errorCode = '';
  #watchers = new Set<() => void>();

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.chunks.push({ bytes, atMs: performance.now() });
      this.size += bytes.length;
      this.#changed();
    });
    socket.on('end', () => this.#end('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.errorCode = error.code ?? '';
      this.#end(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'error');
    });
    afterwards(() => {
      socket.destroy();
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks.map((chunk) => chunk.bytes));
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until `done` holds, looking after every event of this end. */
  async until(what: string, done: (peer: Peer) => boolean, limitMs = 5_000): Promise<this> {
    let watcher: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      watcher = () => {
        if (done(this)) resolve();
      };
    });
    this.#watchers.add(watcher);
    watcher();
    try {
      await within(limitMs, what, reached);
    } catch (error) {
      throw new Error(
        `${(error as Error).message} (has ${this.bytes.length} bytes, ended: ${this.ended ?? 'no'} ${this.errorCode})`,
      );
    } finally {
      this.#watchers.delete(watcher);
    }
    return this;
  }

  /** Waits for at least `count` bytes. */
  received(count: number, limitMs?: number): Promise<this> {
    return this.until(`${count} bytes`, (peer) => peer.size >= count, limitMs);
  }

  /** Waits for the end, whatever kind. */
  end(limitMs?: number): Promise<this> {
    return this.until('end', (peer) => peer.ended !== undefined, limitMs);
  }

  #end(kind: 'fin' | 'reset' | 'error'): void {
    if (this.ended === undefined || kind === 'reset') {
      this.ended = kind;
      this.endedAtMs = performance.now();
    }
    this.#changed();
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** A server whose connections are Peers; by default it answers nothing and keeps its half open. */
export class Upstream {
  readonly server: net.Server;
  readonly port: number;
  readonly peers: Peer[] = [];
  #waiting: ((peer: Peer) => void)[] = [];

  constructor(server: net.Server, port: number) {
    this.server = server;
    this.port = port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The next connection that no test has taken yet. */
  next(limitMs = 5_000): Promise<Peer> {
    const ready = this.peers.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return within(limitMs, 'a connection at the upstream', new Promise((resolve) => this.#waiting.push(resolve)));
  }

  arrived(peer: Peer): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.peers.push(peer);
    else waiting(peer);
  }
}

/** Starts an upstream; `serve` is told of every connection. */
export async function startUpstream(serve: (peer: Peer) => void = () => undefined): Promise<Upstream> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream = new Upstream(server, (server.address() as net.AddressInfo).port);
  server.on('connection', (socket) => {
    const peer = new Peer(socket);
    serve(peer);
    upstream.arrived(peer);
  });
  afterwards(() => {
    server.close();
  });
  return upstream;
}

/** An upstream that sends every byte back and closes when the client does. */
export function startEcho(): Promise<Upstream> {
  return startUpstream((peer) => {
    peer.socket.on('data', (bytes) => peer.socket.write(bytes));
    peer.socket.on('end', () => peer.socket.end());
  });
}

/** Connects; resolves once the connection stands. */
export async function connect(port: number, host = '127.0.0.1'): Promise<Peer> {
  const socket = net.connect({ port, host, allowHalfOpen: true });
  const peer = new Peer(socket);
  await within(5_000, 'connect', once(socket, 'connect'));
  return peer;
}

/** The error code of a connection attempt that must fail. */
export async function connectError(port: number): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}

/** True when the connection is hit by a toxic that closes on the first byte. */
export async function isHit(port: number): Promise<boolean> {
  const client = await connect(port);
  client.write('x');
  await client.until('echo or end', (peer) => peer.size > 0 || peer.ended !== undefined);
  client.socket.destroy();
  return client.text === '';
}
