/** usage: node peer-main.js KIND '{json}': one peer of the benchmark as a process; prints a ready line with its port. */
import { startBackend } from './peers/backend.ts';
import { startHttpProxy } from './peers/http-proxy.ts';
import { startHttp2Connector, startHttp2Service } from './peers/http2-tunnel.ts';
import { startUndiciProxy } from './peers/undici-proxy.ts';

export interface PeerOptions {
  /** Port of the backend on loopback. */
  readonly backend: number;
  /** Where a connector dials in. */
  readonly tunnel: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
}

const kinds: Readonly<Record<string, (options: PeerOptions) => Promise<Readonly<Record<string, number>>>>> = {
  backend: startBackend,
  undici: startUndiciProxy,
  'http-proxy': startHttpProxy,
  'http2-service': startHttp2Service,
  'http2-connector': startHttp2Connector,
};

const start = kinds[process.argv[2] ?? ''];
if (start === undefined) throw new Error(`peer: ${Object.keys(kinds).join(', ')}`);
const ports = await start(JSON.parse(process.argv[3] ?? '{}') as PeerOptions);
process.stdout.write(`${JSON.stringify({ ready: true, ...ports })}\n`);
process.stdin.resume();
process.stdin.once('close', () => process.exit(0));
