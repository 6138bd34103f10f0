import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Fields of every answer, about as many as an application of today sends. */
export const answerFields: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  Vary: 'Accept-Encoding',
};

/** 1 kB. */
export const answerBody = JSON.stringify({ filler: 'x'.repeat(1024 - 13) });

/** The backend where there is no nginx. */
export async function startBackend(): Promise<{ port: number }> {
  const body = Buffer.from(answerBody);
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    request.resume();
    response.writeHead(200, { ...answerFields, 'Content-Length': body.length });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}
