import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EpochMs } from '../../../proxy/host/units.ts';
import { createAuthority, issueClient, issueServer } from '../../../proxy/node/certificates/authority.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import { newSession, sealSession, sessionCookieName } from '../../../proxy/policy/session.ts';
import { hasNginx, startNginx } from './nginx.ts';
import { Part } from './part.ts';
import { answerBody, answerFields } from './peers/backend.ts';

const cli = fileURLToPath(new URL('../../../sim/cli/main.js', import.meta.url));
const peerMain = fileURLToPath(new URL('./peer-main.js', import.meta.url));
const life = { lifeMs: 3_600_000 };
const application = 'orders';
const host = 'orders.bench.test';

/** Nine fields such as a browser sends; the cookie is added to them. */
const browserFields = {
  Host: host,
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
  Referer: `https://${host}/orders`,
} as const;

/** Something requests can be sent to, with the processes that serve them between load tool and backend. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly parts: readonly Part[];
}

export interface Subjects {
  readonly ours: Subject;
  readonly undici: Subject;
  readonly httpProxy: Subject;
  readonly http2: Subject;
  /** Undefined where nginx is not installed. */
  readonly nginx: Subject | undefined;
  /** Which backend all rows use. */
  readonly backend: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Starts every subject; each part is handed to `started` as soon as it runs, so that the caller can end it. */
export async function startSubjects(
  folder: string,
  started: (part: Part) => void,
  nodeFlags: Readonly<Record<string, readonly string[]>> = {},
): Promise<Subjects> {
  const authority = await createAuthority('benchmark', life);
  const server = { ...(await issueServer(authority, ['127.0.0.1', 'localhost'], life)), ca: authority.cert };
  const client = { ...(await issueClient(authority, 'connector/1', life)), ca: authority.cert };
  const peer = async (kind: string, options: object = {}): Promise<{ part: Part; ready: Ports }> => {
    const { part, ready } = await Part.node(kind, [peerMain, kind, JSON.stringify(options)], folder);
    started(part);
    return { part, ready: ready as Ports };
  };
  const role = async (name: string, config: object): Promise<{ part: Part; ready: Ports }> => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    const args = [...(nodeFlags[name] ?? []), cli, name, '--config', file, '--with-parent'];
    const { part, ready } = await Part.node(name, args, folder);
    started(part);
    return { part, ready: ready as Ports };
  };

  const backend = await startBackendOf(folder, started, peer);
  const undici = await peer('undici', { backend });
  const httpProxy = await peer('http-proxy', { backend });
  const h2service = await peer('http2-service', { tls: server });
  const h2connector = await peer('http2-connector', { backend, tunnel: h2service.ready.tunnel, tls: client });
  const nginx = hasNginx
    ? await startNginx(
        'nginx-proxy',
        folder,
        `location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }`,
        `upstream backend { server 127.0.0.1:${backend}; keepalive 64; keepalive_requests 1000000000; }`,
      )
    : undefined;
  if (nginx !== undefined) started(nginx.part);

  const secret = randomBytes(32).toString('base64url');
  const service = await role('service', {
    instanceId: 'service/1',
    applications: [{ id: application, externalHost: host, internalUrl: 'http://orders.internal/', group: 'main' }],
    connectors: [{ id: 'connector/1', group: 'main' }],
    behaviour: 'hardened',
    front: {},
    tunnelTls: server,
    secret,
    tokenService: { issuer: 'http://127.0.0.1:9', clientId: 'bench' },
    accessLog: true,
  });
  const connector = await role('connector', {
    connectorId: 'connector/1',
    instances: [`127.0.0.1:${service.ready.tunnelPort}`],
    allowedInternalUrls: ['http://orders.internal/'],
    tls: client,
    hosts: { 'orders.internal': `127.0.0.1:${backend}` },
  });
  return {
    ours: subject('holdfast', service.ready.frontPort, service.part, connector.part),
    undici: subject('one-hop undici', undici.ready.port, undici.part),
    httpProxy: subject('http-proxy 1.18', httpProxy.ready.port, httpProxy.part),
    http2: subject('http2 tunnel', h2service.ready.port, h2service.part, h2connector.part),
    nginx: nginx === undefined ? undefined : subject('nginx', nginx.port, nginx.part),
    backend: hasNginx ? 'nginx, 1 worker' : 'a Node http server',
    headers: { ...browserFields, Cookie: sessionCookie(secret) },
  };
}

interface Ports extends Readonly<Record<string, unknown>> {
  readonly port: number;
  readonly tunnel: number;
  readonly frontPort: number;
  readonly tunnelPort: number;
}

function subject(name: string, port: number, ...parts: readonly Part[]): Subject {
  return { name, url: `http://127.0.0.1:${port}/orders`, parts };
}

async function startBackendOf(
  folder: string,
  started: (part: Part) => void,
  peer: (kind: string) => Promise<{ ready: Ports }>,
): Promise<number> {
  if (!hasNginx) return (await peer('backend')).ready.port;
  const fields = Object.entries(answerFields).map(([name, value]) => `add_header ${name} "${value}";`);
  const type = `default_type application/json;`;
  const answer = `${type} ${fields.filter((text) => !text.includes('Content-Type ')).join(' ')} return 200 '${answerBody}';`;
  const { part, port } = await startNginx('nginx-backend', folder, `location / { ${answer} }`);
  started(part);
  return port;
}

/** A signed-in user's cookie, as an instance with this secret would have given it. */
function sessionCookie(secret: string): string {
  const crypto = nodeCrypto(secret);
  const session = newSession(crypto, 'ada@contoso.com', (Date.now() + life.lifeMs) as EpochMs);
  return `${sessionCookieName(application)}=${sealSession(crypto, application, session)}`;
}
