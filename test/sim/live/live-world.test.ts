import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { micros, seconds } from '../../../proxy/host/units.ts';
import { overlapping } from '../../../sim/faults/overlap.ts';
import type { Effect, World } from '../../../sim/faults/world.ts';
import { LiveWorld } from '../../../sim/live/live-world.ts';
import { eventually } from './echo-link.ts';
import { type FakeParts, fakeParts } from './fake-parts.ts';

const connector = 'connector/paris/1';

interface Verb {
  readonly what: string;
  readonly start: (world: World) => Promise<Effect>;
  /** Sets the counters to these many. */
  readonly count: (parts: FakeParts, touched: number) => void;
  readonly calls: readonly [string, string];
}

const counter = (part: string, name: string) => (parts: FakeParts, touched: number) => {
  parts.metrics.set(part, { [name]: touched });
};

const verbs: readonly Verb[] = [
  {
    what: 'a slow connector: requests it serves meanwhile',
    start: (world) => world.slow(connector, 4),
    count: counter(connector, 'served'),
    calls: [`${connector} {"slow":4}`, `${connector} {"slow":1}`],
  },
  {
    what: 'a token service that is down: refusals at an instance',
    start: (world) => world.tokenService({ kind: 'outage' }),
    count: counter('service/2', 'tokenServiceRefused'),
    calls: [
      'disable service-token:token-service:0 service-token:token-service:1',
      'enable service-token:token-service:0 service-token:token-service:1',
    ],
  },
  {
    what: 'a token service that is down: refusals of users',
    start: (world) => world.tokenService({ kind: 'outage' }),
    count: counter('load driver', 'tokenServiceRefused'),
    calls: [
      'disable service-token:token-service:0 service-token:token-service:1',
      'enable service-token:token-service:0 service-token:token-service:1',
    ],
  },
  {
    what: 'a slow token service: exchanges it touched',
    start: (world) => world.tokenService({ kind: 'slow', added: seconds(2) }),
    count: counter('token-service', 'hits'),
    calls: ['token-service {"mode":"slow","addedMs":2000}', 'token-service {"mode":"up"}'],
  },
  {
    what: 'a token service with errors: exchanges it touched',
    start: (world) => world.tokenService({ kind: 'errors', rate: 0.5, status: 429, retryAfter: seconds(3) }),
    count: counter('token-service', 'failed'),
    calls: ['token-service {"errors":{"rate":0.5,"status":429,"retryAfterS":3}}', 'token-service {"errors":null}'],
  },
  {
    what: 'a slow backend: requests it touched',
    start: (world) => world.backend('shop', { kind: 'slow', added: seconds(1) }),
    count: counter('backend/shop', 'touched'),
    calls: ['backend/shop {"mode":"slow","addedMs":1000}', 'backend/shop {"mode":"up"}'],
  },
  {
    what: 'a backend that is down: requests of connectors that failed there, not elsewhere',
    start: (world) => world.backend('shop', { kind: 'down' }),
    count: (parts, touched) =>
      parts.metrics.set(connector, {
        'failed http://shop.internal/': touched,
        'failed http://wiki.internal/': 2 * touched + 5,
      }),
    calls: [
      'disable connector-backend:backend/shop:0 connector-backend:backend/shop:1',
      'enable connector-backend:backend/shop:0 connector-backend:backend/shop:1',
    ],
  },
  {
    what: 'a partition: links that carried bytes',
    start: (world) => world.link('service-connector', connector, { kind: 'partition' }),
    count: (parts, touched) => {
      for (let link = 0; link < touched - 10; link++) parts.traffic.set(`service-connector:${connector}:${link}`, 99);
    },
    calls: [
      `+partition service-connector:${connector}:0 service-connector:${connector}:1`,
      `-partition service-connector:${connector}:0 service-connector:${connector}:1`,
    ],
  },
];

for (const { what, start, count, calls } of verbs) {
  test(`${what}; nothing more than that`, async () => {
    const parts = fakeParts();
    count(parts, 10);
    const idle = await start(overlapping(new LiveWorld(parts)));
    await idle.heal();
    assert.is(idle.hits(), 0, 'installed is no hit');
    assert.equal(parts.calls, calls);

    const effect = await start(overlapping(new LiveWorld(parts)));
    count(parts, 12);
    await effect.heal();
    assert.is(effect.hits(), 2, 'what came right before the heal counts');
    count(parts, 20);
    await effect.heal();
    assert.is(effect.hits(), 2);
    assert.equal(parts.calls, [...calls, ...calls], 'healed once');
  });
}

test('the front door is told of an instance to which no connection gets through, and of nothing less', async () => {
  const parts = fakeParts();
  const world = overlapping(new LiveWorld(parts));
  const links = 'user-service:service/2:0 user-service:service/2:1';
  for (const kind of ['partition', 'reset'] as const) {
    const effect = await world.link('user-service', 'service/2', { kind });
    await effect.heal();
    await effect.heal();
    assert.equal(parts.calls.splice(0), [
      `+${kind} ${links}`,
      'load driver {"blocked":"service/2"}',
      `-${kind} ${links}`,
      'load driver {"unblocked":"service/2"}',
    ]);
  }
  const slow = await world.link('user-service', 'service/2', {
    kind: 'latency',
    latency: seconds(1),
    jitter: micros(0),
  });
  await slow.heal();
  assert.equal(parts.calls, [`+latency ${links}`, `-latency ${links}`]);
});

test('a kill: tunnels and requests in flight when it died, of a connector and of an instance', async () => {
  const parts = fakeParts();
  parts.metrics.set(connector, { openTunnels: 4, inFlight: 3, served: 1000 });
  parts.metrics.set('service/1', { tunnels: 8, inFlight: 1, requests: 1000 });
  const world = new LiveWorld(parts);
  const [one, two] = [await world.kill(connector), await world.kill('service/1')];
  parts.metrics.set(connector, { openTunnels: 50, inFlight: 50 });
  await one.heal();
  await one.heal();
  assert.equal([one.hits(), two.hits()], [7, 9]);
  assert.equal(parts.calls, [`kill ${connector}`, 'kill service/1', `restart ${connector}`]);
  parts.metrics.set(connector, { openTunnels: 0, inFlight: 0 });
  assert.is((await world.kill(connector)).hits(), 0, 'an idle process without tunnels: nothing was touched');
});

test('what does not answer counts nothing, and heals all the same', async () => {
  const parts = fakeParts();
  const world = new LiveWorld(parts);
  const effects = [
    await world.slow(connector, 2),
    await world.tokenService({ kind: 'outage' }),
    await world.backend('shop', { kind: 'down' }),
  ];
  for (const effect of effects) await effect.heal();
  assert.equal(
    effects.map((effect) => effect.hits()),
    [0, 0, 0],
  );
  assert.is((await world.kill(connector)).hits(), 0);
});

test('a fault that outlives the run has been looked at before its end', async () => {
  const parts = fakeParts();
  parts.metrics.set(connector, { served: 5 });
  const effect = await new LiveWorld(parts).slow(connector, 2);
  parts.metrics.set(connector, { served: 9 });
  await eventually(() => effect.hits() === 4, 'a look while it runs');
  await effect.heal();
});

test('a heal that failed may be tried again', async () => {
  const parts = fakeParts();
  const effect = await new LiveWorld(parts).tokenService({ kind: 'outage' });
  parts.failOn = 'enable';
  assert.is(
    await effect.heal().then(
      () => 'healed',
      () => 'failed',
    ),
    'failed',
  );
  parts.failOn = undefined;
  await effect.heal();
  assert.match(parts.calls.at(-1) ?? '', 'enable');
});

const listener = `
  const server = require('node:net').createServer((socket) => {
    socket.on('data', () => {});
    console.log('taken');
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

test('a freeze: connections with bytes it did not read; none came, none counts', async () => {
  if (process.platform !== 'linux') return;
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = () => new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  try {
    const port = Number(await said());
    const taken = said();
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {});
    // the kernel connects before the process takes it; stopped in between, it would have no connection yet
    await taken;
    const parts: FakeParts = {
      ...fakeParts(),
      role: () => ({
        pid: child.pid,
        freeze: () => child.kill('SIGSTOP'),
        thaw: () => child.kill('SIGCONT'),
        isStopped: async () => true,
      }),
    };
    const world = new LiveWorld(parts);
    const unmet = await world.freeze(connector);
    await unmet.heal();
    assert.is(unmet.hits(), 0);
    const effect = await world.freeze(connector);
    assert.ok(
      (await world.kill(connector)).hits() >= 1,
      'killed while frozen: it cannot say what it carried, the kernel can',
    );
    client.write('hello');
    await eventually(() => effect.hits() === 1, 'bytes wait');
    await effect.heal();
    assert.is(effect.hits(), 1);
    client.destroy();
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once('exit', resolve));
    }
  }
});

test.run();
