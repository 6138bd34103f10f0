import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Agent, type Dispatcher, request } from 'undici';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeployment, defaultDeployment } from '../../../proxy/node/deployment/create.ts';
import { ConnectorIdentity } from '../../../proxy/node/roles/connector-identity.ts';
import { connectorSchema } from '../../../proxy/node/roles/connector-schema.ts';
import { readConfig } from '../../../proxy/node/roles/read-config.ts';
import { startServiceRole } from '../../../proxy/node/roles/service.ts';
import { freePort } from '../../free-port.ts';
import { testCertificates } from './certificates.ts';
import { connected } from './raw-client.ts';
import { type RoleChild, roleFolder, startRole } from './role-child.ts';

const folder = roleFolder();
const children: RoleChild[] = [];
test.after(async () => {
  for (const child of children) {
    child.process.kill('SIGKILL');
    await child.exit;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Five ports nobody listens on now; a deployment has fixed ones. */
function freePorts(): Promise<number[]> {
  return Promise.all(Array.from({ length: 5 }, freePort));
}

/** Resolves when somebody listens at the front: connectors are ready before their tunnels are. */
async function opened(port: number): Promise<void> {
  for (let probe = 0; probe < 400; probe++) {
    const there = await connected(port).then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    if (there !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the front never opened');
}

/** A browser as far as signing in needs one: cookies by host and port, redirects by hand. */
class Browser {
  readonly #agent: Agent;
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(ca: string) {
    this.#agent = new Agent({ connect: { ca } });
  }

  async go(
    url: string,
    form?: URLSearchParams,
  ): Promise<{ url: string; response: Dispatcher.ResponseData; text: string }> {
    let at = url;
    let body = form;
    for (let hop = 0; hop < 15; hop++) {
      const { origin } = new URL(at);
      const jar = this.#cookies.get(origin) ?? new Map<string, string>();
      this.#cookies.set(origin, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      // not fetch, which says of itself (Sec-Fetch-Mode) that a script asks
      const response = await request(at, {
        dispatcher: this.#agent,
        headers: {
          accept: 'text/html',
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body === undefined ? {} : { method: 'POST', body: body.toString() }),
      });
      for (const line of [response.headers['set-cookie'] ?? []].flat()) {
        const [pair = ''] = line.split(';');
        const split = pair.indexOf('=');
        jar.set(pair.slice(0, split), pair.slice(split + 1));
      }
      const { location } = response.headers;
      if (typeof location !== 'string') return { url: at, response, text: await response.body.text() };
      await response.body.dump();
      at = new URL(location, at).href;
      body = undefined;
    }
    throw new Error('redirected for ever');
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

test('a fresh deployment starts, enrols its connectors, and a user signs in through the token service', async () => {
  const place = path.join(folder, 'deployment');
  const [front = 0, tunnel = 0, admin = 0, token = 0, backend = 0] = await freePorts();
  const deployment = await createDeployment(place, {
    ...defaultDeployment,
    ports: { front, tunnel, admin, token, backend },
  });
  for (const name of await readdir(place)) {
    const { mode } = statSync(path.join(place, name));
    assert.is(mode & 0o077, 0, `${name} is private`);
  }
  for (const { role, configFile } of deployment.roles) {
    const child = startRole(place, role, configFile);
    children.push(child);
    await child.ready;
  }
  const browser = new Browser(readFileSync(deployment.caFile, 'utf8'));
  try {
    await opened(front);
    const stores = deployment.roles
      .filter(({ role }) => role === 'connector')
      .map(({ configFile }) => (JSON.parse(readFileSync(configFile, 'utf8')) as { storeFile: string }).storeFile);
    assert.is(new Set(stores).size, stores.length, 'a store for each');
    for (const store of stores) assert.is(readFileSync(path.join(place, store), 'utf8'), '["generation","1"]\n');
    const page = await browser.go(`${deployment.url}orders`);
    assert.match(page.url, new RegExp(`:${token}/`), 'sent to the token service');
    assert.match(page.text, /<form/);
    const fields = new URLSearchParams({ user: defaultDeployment.user.name, password: 'wrong' });
    const again = await browser.go(page.url, fields);
    assert.is(again.response.statusCode, 401);
    fields.set('password', defaultDeployment.user.password);
    const signedIn = await browser.go(page.url, fields);
    assert.is(signedIn.url, `${deployment.url}orders`, 'back where the user wanted to go');
    assert.match(signedIn.text, /Sample order 1001/);
    const later = await browser.go(deployment.url);
    assert.match(later.text, /Holdfast sample application/);
    assert.not.match(later.text, /__Host-/, 'our session cookie stays at the service');
  } finally {
    await browser.close();
  }
});

const configOf = (file: string): Record<string, unknown> & { front: object } => JSON.parse(readFileSync(file, 'utf8'));

test('a front that shows users a certificate of another authority leaves enrolment as it was', async () => {
  const place = path.join(folder, 'public-front');
  const [front = 0, tunnel = 0, admin = 0, token = 0, backend = 0] = await freePorts();
  await createDeployment(place, { ...defaultDeployment, ports: { front, tunnel, admin, token, backend } });
  const file = path.join(place, 'service.json');
  const config = configOf(file);
  const { cert, key } = (await testCertificates()).listener;
  writeFileSync(
    file,
    JSON.stringify({
      ...config,
      logLevel: 'error',
      openingPatience: 0,
      front: { ...config.front, tls: { cert, key } },
    }),
  );
  const service = await startServiceRole(file);
  try {
    const connector = readConfig(connectorSchema, path.join(place, 'connector-1.json'));
    const identity = await ConnectorIdentity.get(connector);
    assert.is(new X509Certificate(identity?.current.cert ?? '').subject, 'CN=connector/1');
  } finally {
    await service.stop();
  }
});

test('a deployment for a host of a network listens there, under that name and the others', async () => {
  const place = path.join(folder, 'network');
  const deployment = await createDeployment(place, {
    ...defaultDeployment,
    host: 'proxy.test',
    otherNames: ['two.proxy.test', '192.0.2.7'],
  });
  assert.is(deployment.url, 'https://proxy.test:8443/');
  const service = configOf(path.join(place, 'service.json')) as unknown as {
    front: { host: string };
    admin: { host: string };
    tunnelAddress: string;
  };
  assert.equal([service.front.host, service.admin.host, service.tunnelAddress], ['0.0.0.0', '0.0.0.0', '0.0.0.0:8444']);
  assert.is(configOf(path.join(place, 'token-service.json'))['host'], '0.0.0.0');
  assert.is(configOf(path.join(place, 'backend.json'))['host'], undefined, 'the sample application stays at home');
  const connector = configOf(path.join(place, 'connector-1.json')) as unknown as {
    instances: string[];
    enrolment: { url: string };
  };
  assert.equal(connector.instances, ['proxy.test:8444']);
  assert.is(connector.enrolment.url, 'https://proxy.test:8445/');
  const server = new X509Certificate(readFileSync(path.join(place, 'server.pem')));
  for (const name of ['proxy.test', 'two.proxy.test', 'localhost']) assert.ok(server.checkHost(name), name);
  for (const address of ['192.0.2.7', '127.0.0.1']) assert.ok(server.checkIP(address), address);
});

test('an existing deployment is never overwritten', async () => {
  try {
    await createDeployment(folder);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_DEPLOYMENT_EXISTS');
  }
});

test.run();
