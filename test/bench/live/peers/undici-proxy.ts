import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import type { PeerOptions } from '../peer-main.ts';
import { endToEnd, endToEndBuffers } from './fields.ts';

/** What one writes by hand for speed: one hop over undici's dispatch, no session, no log, no choice of a backend. */
export async function startUndiciProxy({ backend }: PeerOptions): Promise<{ port: number }> {
  const pool = new Pool(`http://127.0.0.1:${backend}`, { connections: 64 });
  const server = createServer((request, response) => {
    const bodyless = request.method === 'GET' || request.method === 'HEAD';
    pool.dispatch(
      {
        path: request.url ?? '/',
        method: request.method as 'GET',
        headers: endToEnd(request.rawHeaders),
        body: bodyless ? null : request,
      },
      {
        onConnect(abort) {
          response.once('close', () => {
            if (!response.writableFinished) abort();
          });
        },
        onHeaders(status, headers, resume) {
          response.writeHead(status, endToEndBuffers(headers as Buffer[]));
          response.on('drain', resume);
          return true;
        },
        onData: (chunk) => response.write(chunk),
        onComplete: () => void response.end(),
        onError() {
          if (!response.headersSent) response.writeHead(502);
          response.end();
        },
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}
