import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CONDITION_ATTRIBUTES } from '../../../sim/toxics/condition-attributes.ts';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { TOXIC_TYPES } from '../../../sim/toxics/registry.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll, connect, startEcho } from './sockets.ts';
import { request } from './target.ts';

test.after.each(closeAll);

const NUMBERS = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 10, 1_000, 65_536, 2 ** 31, 2 ** 53, -(2 ** 53), 9e18, -9e18, 1e300, 0.5, 1e-17, 5e-324),
  fc.integer({ min: -50, max: 3_000 }),
);
const VALUES = fc.oneof(
  { weight: 4, arbitrary: NUMBERS },
  fc.constantFrom(
    null,
    true,
    false,
    '',
    'x',
    '15',
    [],
    {},
    { peer: '127.0.0.1' },
    { first_bytes: 'x' },
    { sni: '*.a' },
  ),
);
const NAMES = [...new Set(TOXIC_TYPES.flatMap(({ attributes }) => Object.keys(attributes)))];
const CONDITIONS = Object.keys(CONDITION_ATTRIBUTES);

const TOXIC = fc.record(
  {
    type: fc.constantFrom(...TOXIC_TYPES.map(({ type }) => type), 'nonsense'),
    name: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
    stream: fc.constantFrom('upstream', 'downstream', 'sideways'),
    toxicity: fc.constantFrom(0, 0.5, 1, -3, 7, 1e30),
    attributes: fc.dictionary(fc.constantFrom(...NAMES, ...CONDITIONS), VALUES, { maxKeys: 5 }),
  },
  { requiredKeys: ['type'] },
);

test('law: no toxic, whatever its settings, stops the server or other connections', async () => {
  const bugs: unknown[] = [];
  const server = await startToxicServer({ seed: 'fuzz', onError: (error) => bugs.push(error) });
  afterwards(() => server.close());
  const upstream = await startEcho();
  const healthy = { name: 'healthy', listen: '127.0.0.1:0', upstream: upstream.address, enabled: true };
  await server.populate([healthy, { ...healthy, name: 'sick' }]);
  const proxies = (await request(server.url, 'GET', '/proxies')).json;
  const port = (name: string): number => Number(proxies[name].listen.split(':')[1]);
  const witness = await connect(port('healthy'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(TOXIC, { minLength: 1, maxLength: 4 }),
      fc.array(TOXIC, { maxLength: 2 }),
      async (toxics, updates) => {
        const before = await connect(port('sick')).catch(() => undefined);
        for (const toxic of toxics) {
          const { status } = await request(server.url, 'POST', '/proxies/sick/toxics', toxic);
          assert.ok([200, 400, 409].includes(status), `${status}`);
        }
        const after = await connect(port('sick')).catch(() => undefined);
        for (const client of [before, after]) client?.write('GET / HTTP/1.1\r\n\r\nsome bytes to be treated badly');
        for (const update of updates) {
          await request(server.url, 'PATCH', `/proxies/sick/toxics/${update.name ?? 'a'}`, update);
        }
        const seen = witness.size;
        witness.write('ping');
        await witness.received(seen + 4);
        for (const client of [before, after]) client?.socket.destroy();
        assert.is((await request(server.url, 'POST', '/reset')).status, 204);
        assert.equal((await request(server.url, 'GET', '/proxies/sick/toxics')).json, []);
      },
    ),
    { numRuns: 120 },
  );
  assert.equal(bugs, []);
});

const PATHS = ['/proxies', '/proxies/p', '/proxies/p/toxics', '/proxies/p/toxics/a', '/populate', '/reset', '/version'];
const EXTENSIONS = [
  '/holdfast/leases',
  '/holdfast/leases/x',
  '/holdfast/proxies',
  '/holdfast/proxies/p',
  '/holdfast/capabilities',
];

test('law: every request is answered, and only with statuses the API has', async () => {
  const bugs: unknown[] = [];
  const server = await startToxicServer({ onError: (error) => bugs.push(error) });
  afterwards(() => server.close());
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    TOXIC.map((toxic) => JSON.stringify(toxic)),
    fc
      .dictionary(
        fc.constantFrom('name', 'listen', 'upstream', 'enabled', 'toxics', 'lease', 'ttl_ms'),
        fc.oneof(VALUES, fc.constantFrom('p', '127.0.0.1:0', ':0')),
      )
      .map((proxy) => JSON.stringify(proxy)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'),
      fc.oneof(fc.constantFrom(...PATHS, ...EXTENSIONS), fc.webPath()),
      body,
      async (method, path, text) => {
        const { status } = await request(server.url, method, path === '' ? '/' : path, text);
        assert.ok([200, 201, 204, 301, 400, 404, 405, 409, 500].includes(status), `${method} ${path}: ${status}`);
      },
    ),
    { numRuns: 400 },
  );
  assert.equal(bugs, []);
  await new Bench({ kind: 'embedded', url: server.url, call: (...args) => request(server.url, ...args) }).ok(
    200,
    'GET',
    '/version',
  );
});

test.run();
