import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { enrolmentTokens } from '../../../proxy/node/certificates/enrolment-tokens.ts';
import { testCertificates } from './certificates.ts';
import { until } from './pass-through.ts';
import { connected } from './raw-client.ts';
import { type RoleChild, roleFolder, startRole } from './role-child.ts';

const certificates = await testCertificates('connector/paris/1');
const folder = roleFolder();
const children: RoleChild[] = [];
test.after.each(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.exit;
  }
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

function start(name: string, config: unknown, parent = true): RoleChild {
  const child = startRole(folder, name, config, parent);
  children.push(child);
  return child;
}

const frontTls = { cert: certificates.listener.cert, key: certificates.listener.key };

const serviceConfig = (more: object = {}): Record<string, unknown> => ({
  instanceId: 'service/1',
  applications: [
    {
      id: 'wiki',
      externalHost: 'localhost',
      internalUrl: 'http://wiki.internal/',
      group: 'paris',
      preAuthentication: 'pass-through',
      backendTimeout: '2s',
    },
  ],
  connectors: [{ id: 'connector/paris/1', group: 'paris' }],
  behaviour: 'hardened',
  accessLog: false,
  front: { tls: frontTls },
  tunnelTls: certificates.listener,
  ...more,
});

const connectorConfig = (tunnelPort: unknown, backendPort: unknown, more: object = {}): Record<string, unknown> => ({
  connectorId: 'connector/paris/1',
  instances: [`127.0.0.1:${tunnelPort}`],
  tunnels: 2,
  allowedInternalUrls: ['http://wiki.internal/'],
  hosts: { 'wiki.internal': `127.0.0.1:${backendPort}` },
  tls: certificates.dialler,
  ...more,
});

const target = (port: unknown): object => ({
  host: 'localhost',
  port: Number(port),
  ca: certificates.authority.cert,
  agent: false,
});

function get(port: unknown, path: string, more: object = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...target(port), path, ...more }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

async function untilServed(port: unknown): Promise<void> {
  for (let i = 0; i < 200; i++) {
    // refused while the front is shut
    const status = await get(port, '/whoami').then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('never served');
}

async function untilInFlight(connector: RoleChild): Promise<void> {
  for (;;) {
    const { result } = (await connector.say({ metrics: true })) as { result: { inFlight: number } };
    if (result.inFlight > 0) return;
  }
}

test('three processes publish an application: pages, bodies, WebSocket; faults; drain', async () => {
  const backend = start('backend', { name: 'Wiki <1>', responseBytes: 300 });
  const backendPort = (await backend.ready)['port'];
  const service = start('service', serviceConfig({ health: {} }));
  const { frontPort, tunnelPort, healthPort } = await service.ready;
  const health = async (): Promise<number> => (await fetch(`http://127.0.0.1:${healthPort}/ready`)).status;
  assert.is(await health(), 503, 'no connector yet');
  const connector = start('connector', connectorConfig(tunnelPort, backendPort));
  await connector.ready;
  await untilServed(frontPort);
  assert.is(await health(), 200);

  const page = await get(frontPort, '/');
  assert.match(page.text, /Wiki &#60;1&#62;/);
  assert.match(page.text, /X-Forwarded-For/i);
  assert.is((await get(frontPort, '/anything')).text.length, 300);
  assert.is((await get(frontPort, '/bytes/1000000')).text.length, 1_000_000);

  const ws = new WebSocket(`wss://localhost:${frontPort}/ws`, { ca: certificates.authority.cert });
  await once(ws, 'open');
  ws.send('hello');
  assert.is(String((await once(ws, 'message'))[0]), 'hello');
  ws.terminate();

  assert.equal(await backend.say({ mode: 'errors', rate: 1, status: 503 }), { ok: true });
  assert.is((await get(frontPort, '/x')).status, 503);
  assert.equal(await backend.say({ mode: 'down' }), { ok: true });
  assert.is((await get(frontPort, '/x')).status, 502);
  assert.equal(await backend.say({ mode: 'hang' }), { ok: true });
  assert.is((await get(frontPort, '/x')).status, 504);
  assert.equal(await backend.say({ mode: 'up' }), { ok: true });
  assert.is((await get(frontPort, '/x')).status, 200);
  assert.match(String((await backend.say({ mode: 'sideways' }))['refused']), /mode/);

  const counted = (await service.say({ metrics: true }))['result'] as Record<string, unknown>;
  assert.is(counted['tunnels'], 2);
  assert.equal(await connector.say({ slow: 2 }), { ok: true });
  assert.equal(await connector.say({ wallSkewMs: -60_000 }), { ok: true, result: { wallSkewMs: -60_000 } });

  const running = get(frontPort, '/slow?ms=500');
  await untilInFlight(connector);
  connector.process.kill('SIGTERM');
  assert.is((await running).status, 200, 'a draining connector finishes what runs');
  assert.is(await connector.exit, 0);
  service.process.kill('SIGTERM');
  assert.is(await service.exit, 0);
  backend.process.stdin?.end();
  assert.is(await backend.exit, 0, 'a role whose parent is gone ends');
});

test('a service that drains ends downloads and WebSockets in good order', async () => {
  const backend = start('backend', {});
  const backendPort = (await backend.ready)['port'];
  const service = start('service', serviceConfig({ drainWithin: '1h' }));
  const { frontPort, tunnelPort } = await service.ready;
  const connector = start('connector', connectorConfig(tunnelPort, backendPort));
  await connector.ready;
  await untilServed(frontPort);
  const ws = new WebSocket(`wss://localhost:${frontPort}/ws`, { ca: certificates.authority.cert });
  await once(ws, 'open');
  const request = httpsRequest({ ...target(frontPort), path: '/bytes/30000000' }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.pause();
  service.process.kill('SIGTERM');
  await service.draining;
  // until its tunnels take no more work a service still answers; then, at once, with 503
  for (;;) {
    const refused = await get(frontPort, '/x').then(
      () => false,
      () => true,
    );
    if (refused) break;
  }
  let bytes = 0;
  response.on('data', (data: Buffer) => {
    bytes += data.length;
  });
  response.resume();
  await once(response, 'end');
  assert.is(bytes, 30_000_000);
  ws.send('still there');
  assert.is(String((await once(ws, 'message'))[0]), 'still there');
  ws.close();
  assert.is(await service.exit, 0);
});

test('a front with a port of its own opens when the connector is there, and not before', async () => {
  const backend = start('backend', {});
  const { port } = await backend.ready;
  const first = start('service', serviceConfig({ health: {} }));
  const { frontPort, tunnelPort } = await first.ready;
  first.process.kill('SIGKILL');
  await first.exit;
  const again = { front: { port: frontPort, tls: frontTls }, tunnelAddress: `127.0.0.1:${tunnelPort}` };
  const second = start('service', serviceConfig(again));
  assert.is((await second.ready)['frontPort'], frontPort);
  const probe = connected(Number(frontPort)).then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(await probe, 'ECONNREFUSED', 'nobody listens');
  start('connector', connectorConfig(tunnelPort, port));
  await untilServed(frontPort);
});

test('a connector enrols with a one-time token, keeps its certificate private, and comes back with it', async () => {
  const tokensFolder = path.join(folder, 'tokens');
  const caFile = path.join(folder, 'ca.pem');
  writeFileSync(caFile, certificates.authority.cert);
  const backend = start('backend', {});
  const service = start(
    'service',
    serviceConfig({ admin: { authority: certificates.authority, tokensFolder, certificateLife: '8s' } }),
  );
  const { frontPort, tunnelPort, adminPort } = await service.ready;
  const { port } = await backend.ready;
  const enrolment = { folder: path.join(folder, 'identity'), url: `https://127.0.0.1:${adminPort}/`, ca: caFile };
  const { tls: _, ...config } = connectorConfig(tunnelPort, port);

  const without = start('connector', { ...config, enrolment });
  assert.is(await without.exit, 2);
  assert.match(without.errors(), /ERR_ENROL.*no token/s);

  const token = enrolmentTokens(tokensFolder).create('connector/paris/1');
  const first = start('connector', { ...config, enrolment: { ...enrolment, token } });
  await first.ready;
  const file = path.join(enrolment.folder, 'identity.json');
  const before = readFileSync(file, 'utf8');
  assert.is(statSync(file).mode & 0o777, 0o600);
  await untilServed(frontPort);
  await until(() => readFileSync(file, 'utf8') !== before, 'renewed at two thirds of eight seconds');
  first.process.kill('SIGKILL');
  await first.exit;
  const second = start('connector', { ...config, enrolment: { ...enrolment, token } });
  await second.ready;
  await untilServed(frontPort);
  assert.ok(existsSync(file) && !readFileSync(file, 'utf8').includes(token));
  assert.not.ok(service.errors().includes(token), 'no token in the log');
});

test('every problem of a configuration is named at once, with its place', async () => {
  const role = start('service', {
    instanceId: '',
    applications: [{ id: 'a', externalHost: 'a', internalUrl: 'http://a', group: 'g', backendTimeout: '85 parsecs' }],
    connectors: [{ id: 'c', group: 'other' }],
    tunnelAddress: 'nowhere',
    front: { port: 70_000 },
    tunnelTls: null,
    colour: 'red',
  });
  assert.is(await role.exit, 2);
  for (const place of ['instanceId', 'internalUrl', 'backendTimeout', 'tunnelAddress', 'front.port', 'colour']) {
    assert.match(role.errors(), new RegExp(place.replace('.', '\\.')), place);
  }
});

test('a configuration that is no JSON, or is not there, says so', async () => {
  const broken = start('backend', '{ "port": 1, }');
  assert.is(await broken.exit, 2);
  assert.match(broken.errors(), /ERR_CONFIG.*not JSON/s);
});

test('a port in use is told with the port and what to do', async () => {
  const first = start('backend', {});
  const { port } = await first.ready;
  const second = start('backend', { port });
  assert.is(await second.exit, 2);
  assert.match(second.errors(), new RegExp(`ERR_PORT_IN_USE.*${port}.*choose another port`, 's'));
  const service = start('service', serviceConfig({ front: { port, tls: frontTls } }));
  assert.is(await service.exit, 2);
  assert.match(service.errors(), /ERR_PORT_IN_USE/);
});

test('a second signal ends a drain at once', async () => {
  const backend = start('backend', {});
  const service = start('service', serviceConfig());
  const { frontPort, tunnelPort } = await service.ready;
  const connector = start('connector', connectorConfig(tunnelPort, (await backend.ready)['port']));
  await untilServed(frontPort);
  const running = get(frontPort, '/slow?ms=20000').catch(() => undefined);
  await untilInFlight(connector);
  connector.process.kill('SIGTERM');
  await connector.draining;
  connector.process.kill('SIGTERM');
  assert.is(await connector.exit, 143);
  service.process.kill('SIGKILL');
  await running;
});

test('without --with-parent a closed standard input changes nothing', async () => {
  const backend = start('backend', { controlPort: 0 }, false);
  const { port, controlPort } = await backend.ready;
  backend.process.stdin?.end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  (await connected(Number(port))).destroy();
  const told = await fetch(`http://127.0.0.1:${controlPort}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"mode":"down"}',
  });
  assert.is(told.status, 200);
  const refused = await connected(Number(port)).then(
    () => false,
    () => true,
  );
  assert.ok(refused);
  backend.process.kill('SIGTERM');
  assert.is(await backend.exit, 0);
});

test.run();
