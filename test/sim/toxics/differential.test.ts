import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { afterwards, closeAll } from './sockets.ts';
import { embedded, type Reply, real, realServer, type Target } from './target.ts';

/** One call of a random session with the control API. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** The proxies of all sessions: no others are touched, on a server that is not ours alone. */
const NAMES = ['one', 'two', 'three'] as const;
const PROXY = fc.constantFrom(...NAMES);
const TOXIC = fc.constantFrom('a', 'b', 'latency_downstream', 'none');
const SMALL = fc.constantFrom(0, 1, 5, -1, null);

/** Attribute values that both servers take: what the embedded one refuses on purpose is left to the rows. */
const ATTRIBUTES = fc.record(
  {
    latency: fc.oneof(SMALL, fc.constantFrom(1.5, 'x', true)),
    jitter: SMALL,
    rate: fc.constantFrom(0, 10, 500, null, '7'),
    average_size: fc.constantFrom(10, 100),
    delay: SMALL,
    timeout: fc.constantFrom(100, 5_000),
    bytes: fc.constantFrom(0, 10, 1_000),
    unknown: fc.constantFrom(1, 'x'),
  },
  { requiredKeys: [] },
);

const TOXIC_BODY = fc.record(
  {
    type: fc.constantFrom(
      'latency',
      'bandwidth',
      'slow_close',
      'timeout',
      'reset_peer',
      'slicer',
      'limit_data',
      'noop',
      'down',
      '',
    ),
    name: fc.constantFrom('a', 'b', '', null),
    stream: fc.constantFrom('upstream', 'downstream', 'UpStream', 'x', '', null),
    toxicity: fc.constantFrom(0, 0.5, 1, 0.1, 0.123456789, 7, -3, null, 'x'),
    attributes: fc.oneof(ATTRIBUTES, fc.constantFrom(null, [], 'x')),
  },
  { requiredKeys: [] },
);

/** Updates that either succeed or fail before any field is read: a half-applied failure is row 77. */
const TOXIC_UPDATE = fc.record(
  {
    toxicity: fc.constantFrom(0.25, 1, null),
    attributes: fc.record(
      { latency: fc.constantFrom(1, 9), jitter: fc.constantFrom(0, 2), bytes: fc.constantFrom(5) },
      { requiredKeys: [] },
    ),
    type: fc.constantFrom('noop', 'x'),
    stream: fc.constantFrom('upstream'),
  },
  { requiredKeys: [] },
);

const PROXY_BODY = fc.record(
  {
    name: fc.oneof(PROXY, fc.constantFrom('', null, 7)),
    listen: fc.constantFrom('127.0.0.1:0', 'localhost:0', 'nonsense', '127.0.0.1:99999', 5),
    upstream: fc.constantFrom('127.0.0.1:9', 'somewhere:1', '', null, {}),
    enabled: fc.constantFrom(true, false, null, 'yes'),
  },
  { requiredKeys: ['listen'] },
);
const PROXY_UPDATE = fc.record(
  {
    upstream: fc.constantFrom('127.0.0.1:9', '127.0.0.1:10', ''),
    enabled: fc.boolean(),
    name: fc.constantFrom('other', null),
  },
  { requiredKeys: [] },
);

const CALL: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: PROXY_BODY.map((body) => ({ method: 'POST', path: '/proxies', body })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('POST', 'PATCH'), PROXY, PROXY_UPDATE)
      .map(([method, name, body]) => ({ method, path: `/proxies/${name}`, body })),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(PROXY, TOXIC_BODY)
      .map(([name, body]) => ({ method: 'POST', path: `/proxies/${name}/toxics`, body })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('POST', 'PATCH'), PROXY, TOXIC, TOXIC_UPDATE)
      .map(([method, name, toxic, body]) => ({ method, path: `/proxies/${name}/toxics/${toxic}`, body })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('GET', 'DELETE'), PROXY, TOXIC)
      .map(([method, name, toxic]) => ({ method, path: `/proxies/${name}/toxics/${toxic}` })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('GET', 'DELETE'), PROXY)
      .map(([method, name]) => ({ method, path: `/proxies/${name}` })),
  },
  { weight: 1, arbitrary: PROXY.map((name) => ({ method: 'GET', path: `/proxies/${name}/toxics` })) },
  {
    weight: 1,
    arbitrary: fc
      .array(PROXY_BODY, { minLength: 1, maxLength: 3 })
      .map((body) => ({ method: 'POST', path: '/populate', body })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ method: 'POST', path: '/reset' }, { method: 'GET', path: '/proxies' }) },
);

/**
 * What must be equal: status, type, and the body with declared differences taken out. Which port a proxy got is told
 * only as the one it is known by or another: a server may give a port again that another has given back, or not.
 * @param ports the picked ports of proxies by their names
 */
function essence(reply: Reply, ports: Map<string, string>): string {
  const named = reply.text
    .replace(/("name":"(\w+)","listen":"127\.0\.0\.1:)(\d{4,5})"/g, (_, before: string, name: string, port: string) => {
      const known = ports.get(name) ?? port;
      ports.set(name, known);
      return `${before}${known === port ? 'its port' : 'another port'}"`;
    })
    .replace(/,"Logger":\{\}/g, '')
    .replace('"proxies":null', '"proxies":[]')
    // Exact texts of decoding and address errors are not promised (row 30, 31, 36).
    .replace(/"error":"bad request body: [^\n]*?","status"/g, '"error":"bad request body: …","status"')
    .replace(/"error":"[^"]*(?:address|lookup|listen)[^\n]*?","status"/g, '"error":"address: …","status"');
  return `${reply.status} ${reply.headers['content-type'] ?? ''} ${named}`;
}

async function session(target: Target, calls: readonly Call[]): Promise<string[]> {
  const ports = new Map<string, string>();
  const found: string[] = [];
  for (const { method, path, body } of calls) {
    const reply = await target.call(method, path, body);
    // From here on another port may be theirs.
    if (path === '/populate') ports.clear();
    if (method === 'DELETE' && reply.status === 204) ports.delete(path.slice('/proxies/'.length));
    found.push(`${method} ${path} → ${essence(reply, ports)}`);
  }
  for (const name of NAMES) await target.call('DELETE', `/proxies/${name}`);
  return found;
}

/** Random sessions, `numRuns` of them, get from `again` what they got from `first`. */
async function sameAnswers(first: Target, again: Target, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(CALL, { minLength: 1, maxLength: 14 }), async (calls) => {
      assert.equal(await session(again, calls), await session(first, calls));
    }),
    { numRuns },
  );
}

test.after.each(closeAll);

test('law: a session gets the same answers from a server that had others before', async () => {
  const target = await embedded();
  afterwards(() => target.close());
  await sameAnswers(target, target, 20);
});

if (realServer() === undefined) {
  console.log(
    'skipped: random sessions beside a real Toxiproxy (no TOXIPROXY_URL, no TOXIPROXY_BIN, none on the PATH)',
  );
} else {
  test('law: random sessions get the same answers from the embedded and the real server', async () => {
    const ours = await embedded();
    afterwards(() => ours.close());
    const theirs = await real();
    if (theirs === undefined) throw new Error('no real server');
    afterwards(() => theirs.close());
    await sameAnswers(theirs, ours, 150);
  });
}

test.run();
