import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { buildConnector } from 'undici';

export interface BackendConnectorOptions {
  /** Connection and handshake together, in milliseconds. */
  readonly timeoutMs: number;
  /** PEM of the authorities that sign https backends; undefined: Node's own list. */
  readonly ca: string | undefined;
}

/** The name an https backend must prove, as `tls` wants it: the host of its internal URL without port and brackets. */
export function backendName(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/**
 * Connects to backends. The certificate of an https one must be for the `servername` of the request, which is a name or an
 * address; wherever the connection goes and whatever Host is sent.
 */
export function backendConnector({ timeoutMs, ca }: BackendConnectorOptions): buildConnector.connector {
  const settings = { timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) };
  const byName = buildConnector(settings);
  return (options, callback) => {
    const { servername } = options;
    if (options.protocol !== 'https:' || servername === undefined || isIP(servername) === 0) {
      byName(options, callback);
      return;
    }
    // An address must not be announced as a server name (RFC 6066 3), and is checked all the same.
    const checked = {
      checkServerIdentity: (_host: string, cert: PeerCertificate) => checkServerIdentity(servername, cert),
    };
    buildConnector({ ...settings, ...checked })({ ...options, servername: '' }, callback);
  };
}

type PeerCertificate = Parameters<typeof checkServerIdentity>[1];
