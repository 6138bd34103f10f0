import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority, issueClient, issueServer } from '../../proxy/node/certificates/authority.ts';
import { ProcessGroup } from '../../sim/live/process-group.ts';

const cli = fileURLToPath(new URL('../../sim/cli/main.js', import.meta.url));
const life = { lifeMs: 3_600_000 };

export const externalHost = 'orders.holdfast.test';

/** The sample application published by real processes, as `holdfast service` and its fellows are run by hand. */
export interface PublishedSample {
  readonly frontPort: number;
  /** Certificates the browser meets (PEM): the published application's and the token service's. */
  readonly certificates: readonly string[];
  /** Ends every process by its id and removes the folder; returns what would not go. */
  close(): Promise<readonly string[]>;
}

/** Backend, token service, one service instance and one connector, each a process on a free port; `users` by password. */
export async function publishSample(users: Readonly<Record<string, string>>): Promise<PublishedSample> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-browser-'));
  const group = new ProcessGroup();
  const role = async (name: string, config: object): Promise<Readonly<Record<string, unknown>>> => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return (await group.start(name, [cli, name, '--config', file, '--with-parent'])).ready();
  };
  const close = async (): Promise<readonly string[]> => {
    const left = await group.close();
    rmSync(folder, { recursive: true, force: true });
    return left;
  };
  try {
    const authority = await createAuthority('Holdfast browser test', life);
    const front = await issueServer(authority, [externalHost, '127.0.0.1'], life);
    const login = await issueServer(authority, ['127.0.0.1'], life);
    const connector = await issueClient(authority, 'connector/1', life);
    const backend = await role('backend', { name: 'Orders' });
    const token = await role('token-service', {
      tls: { cert: login.cert, key: login.key },
      redirectUris: [`https://${externalHost}/.holdfast/callback`],
      users: Object.entries(users).map(([name, password]) => ({ name, password })),
    });
    const service = await role('service', {
      instanceId: 'service/1',
      applications: [
        {
          id: 'orders',
          externalHost,
          internalUrl: 'http://orders.internal/',
          group: 'main',
          userHeader: 'X-Auth-User',
        },
      ],
      connectors: [{ id: 'connector/1', group: 'main' }],
      behaviour: 'hardened',
      front: { tls: { cert: front.cert, key: front.key } },
      tunnelTls: { cert: front.cert, key: front.key, ca: authority.cert },
      secret: randomBytes(32).toString('base64url'),
      tokenService: { issuer: String(token['issuer']), clientId: 'holdfast', ca: authority.cert },
      logLevel: 'warn',
    });
    await role('connector', {
      connectorId: 'connector/1',
      instances: [`127.0.0.1:${service['tunnelPort']}`],
      allowedInternalUrls: ['http://orders.internal/'],
      tls: { cert: connector.cert, key: connector.key, ca: authority.cert },
      hosts: { 'orders.internal': `127.0.0.1:${backend['port']}` },
      logLevel: 'warn',
    });
    return { frontPort: Number(service['frontPort']), certificates: [front.cert, login.cert], close };
  } catch (error) {
    await close();
    throw error;
  }
}
