import { once } from 'node:events';
import net from 'node:net';
import autocannon from 'autocannon';
import { answerCalls } from './child.ts';

/** The clients. */
let streams: net.Socket[] = [];
let pingers: net.Socket[] = [];

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Connects `count` sockets, a few at a time so that no backlog overflows. */
async function connectMany(port: number, count: number): Promise<net.Socket[]> {
  const sockets: net.Socket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(100, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => connect(port)))));
  }
  return sockets;
}

/** One round trip of 64 bytes, ms. */
function ping(socket: net.Socket, message: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const sent = performance.now();
    let left = message.length;
    const take = (bytes: Buffer): void => {
      left -= bytes.length;
      if (left > 0) return;
      socket.off('data', take);
      resolve(performance.now() - sent);
    };
    socket.on('data', take);
    socket.write(message);
  });
}

answerCalls({
  /** Starts `count` streams that write as fast as they are taken. */
  async writeStreams(port: number, count: number) {
    streams = await connectMany(port, count);
    const block = Buffer.alloc(128 * 1024, 7);
    for (const socket of streams) {
      const push = (): void => {
        while (socket.writable && socket.write(block));
      };
      socket.on('drain', push);
      push();
    }
  },
  stopStreams() {
    for (const socket of streams) socket.destroy();
    streams = [];
  },
  async http(port: number, connections: number, seconds: number) {
    const result = await autocannon({ url: `http://127.0.0.1:${port}/`, connections, duration: seconds });
    return { perSecond: result.requests.average, p99Ms: result.latency.p99, errors: result.errors + result.non2xx };
  },
  /** `count` round trips one after the other on each of `connections`, ms each; `everyMs` apart. */
  async roundTrips(port: number, connections: number, count: number, everyMs: number) {
    pingers = await connectMany(port, connections);
    const message = Buffer.alloc(64, 3);
    const all = await Promise.all(
      pingers.map(async (socket) => {
        const found: number[] = [];
        for (let i = 0; i < count; i++) {
          found.push(await ping(socket, message));
          if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
        }
        return found;
      }),
    );
    for (const socket of pingers) socket.destroy();
    return all.flat();
  },
  /**
   * Bytes per second received on one connection over about `ms`, not counting the first `skipMs`: from one arrival to
   * the last, since a window that starts anywhere would be off by up to one piece of 100 ms.
   */
  async receiveRate(port: number, skipMs: number, ms: number) {
    const socket = await connect(port);
    let bytes = 0;
    let first = 0;
    let last = 0;
    const opens = performance.now() + skipMs;
    socket.on('data', (part) => {
      last = performance.now();
      if (first > 0) bytes += part.length;
      else if (last >= opens) first = last;
    });
    await new Promise((resolve) => setTimeout(resolve, skipMs + ms));
    socket.destroy();
    return (bytes * 1_000) / (last - first);
  },
  /** Opens connections and keeps them. */
  async open(port: number, count: number) {
    streams = [...streams, ...(await connectMany(port, count))];
  },
  /** Opens connections that take what comes as fast as they can. */
  async openReading(port: number, count: number) {
    const opened = await connectMany(port, count);
    for (const socket of opened) socket.resume();
    streams = [...streams, ...opened];
  },
  /** Opens one that never reads. */
  async openStuck(port: number) {
    const socket = await connect(port);
    socket.pause();
    streams.push(socket);
  },
  /** Opens and closes `count` connections with a byte on each. */
  async churn(port: number, count: number) {
    for (let done = 0; done < count; done += 100) {
      const sockets = await connectMany(port, Math.min(100, count - done));
      for (const socket of sockets) socket.end('x');
      await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket.resume(), 'close'))));
    }
  },
});
