import { createAuthority, issueClient, issueServer } from '../../../proxy/node/certificates/authority.ts';
import type { TlsIdentity } from '../../../proxy/node/tunnel/dial.ts';

const life = { lifeMs: 3_600_000 };

/** One authority with a listener's and a connector's certificate, as a deployment would have them. */
export async function testCertificates(connector = 'connector/paris/1'): Promise<{
  readonly listener: TlsIdentity;
  readonly dialler: TlsIdentity;
  readonly authority: { readonly cert: string; readonly key: string };
}> {
  const authority = await createAuthority('test authority', life);
  const server = await issueServer(authority, ['127.0.0.1', 'localhost', 'tunnel.test'], life);
  const client = await issueClient(authority, connector, life);
  return {
    authority,
    listener: { ...server, ca: authority.cert },
    dialler: { ...client, ca: authority.cert },
  };
}
