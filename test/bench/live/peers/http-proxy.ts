import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpProxy from 'http-proxy';
import type { PeerOptions } from '../peer-main.ts';

/** http-proxy 1.18, one hop, with the keep-alive agent its users are told to give it. */
export async function startHttpProxy({ backend }: PeerOptions): Promise<{ port: number }> {
  const proxy = httpProxy.createProxyServer({
    target: `http://127.0.0.1:${backend}`,
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
  });
  proxy.on('error', (_error, _request, response) => response.end());
  const server = createServer((request, response) => proxy.web(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}
