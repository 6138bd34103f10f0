import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { connectThrough } from '../tunnel/outbound-proxy.ts';

/** What a request to the admin endpoint runs on, as options of `https.request`. */
export type AdminConnection = { readonly agent: false } | { readonly createConnection: () => TLSSocket };

/**
 * A connection of its own, and where nothing else leads out through the connector's HTTP proxy: what tunnels go through,
 * enrolment and renewal go through too. ERR_OUTBOUND_PROXY when the proxy cannot or will not.
 */
export async function adminConnection(
  target: URL,
  ca: string,
  outboundProxy: string | undefined,
  timeoutMs: number,
): Promise<AdminConnection> {
  if (outboundProxy === undefined) return { agent: false };
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = target.port === '' ? 443 : Number(target.port);
  const socket = await connectThrough(outboundProxy, { host, port }, timeoutMs);
  // Names travel in the handshake (SNI), addresses may not; the certificate is checked against either.
  return { createConnection: () => connect({ socket, ca, host, servername: isIP(host) === 0 ? host : '' }) };
}
