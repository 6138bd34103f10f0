import http from 'node:http';
import net from 'node:net';
import { answerCalls } from './child.ts';

/** The servers behind the proxies: a sink that counts, an echo, an HTTP server, and one that never reads. */
let received = 0;

function listen(server: net.Server | http.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
      resolve((server.address() as net.AddressInfo).port),
    );
  });
}

const quiet = (socket: net.Socket): net.Socket => socket.on('error', () => undefined);

answerCalls({
  sink: () =>
    listen(
      net.createServer((socket) => {
        quiet(socket).on('data', (bytes) => {
          received += bytes.length;
        });
      }),
    ),
  /** Bytes the sink has received, and when (ms). */
  received: () => ({ bytes: received, atMs: performance.now() }),
  echo: () =>
    listen(
      net.createServer({ noDelay: true }, (socket) => void quiet(socket).on('data', (bytes) => socket.write(bytes))),
    ),
  http: () =>
    listen(
      http.createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (_request, response) => {
        response.end('hello, this is a small body of some sixty bytes, as APIs send.');
      }),
    ),
  /** Sends for ever to whoever connects. */
  flood: () =>
    listen(
      net.createServer((socket) => {
        const block = Buffer.alloc(256 * 1024, 1);
        const push = (): void => {
          while (socket.writable && socket.write(block));
        };
        quiet(socket).on('drain', push);
        push();
      }),
    ),
  idle: () => listen(net.createServer((socket) => void quiet(socket).resume())),
});
