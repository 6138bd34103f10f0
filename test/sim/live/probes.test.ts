import { type AddressInfo, createServer, type Server } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, ms } from '../../../proxy/host/units.ts';
import { Probes } from '../../../sim/live/load/probes.ts';
import { eventually } from './echo-link.ts';

const open: Server[] = [];
async function listener(closesAtOnce = false): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (closesAtOnce) socket.end();
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
test.after(() => {
  for (const server of open) server.close();
});

/** What one round of probes tells, by instance. */
async function rounds(origins: Readonly<Record<string, string>>) {
  const told = new Map<string, boolean[]>();
  const instances = Object.entries(origins).map(([id, origin]) => ({ id, origin }));
  const probes = new Probes(instances, (id, succeeded) => void told.set(id, [...(told.get(id) ?? []), succeeded]));
  const round = async (): Promise<Record<string, boolean[]>> => {
    told.clear();
    probes.round(instant(0));
    await eventually(() => told.size === instances.length, 'every probe is answered');
    return Object.fromEntries(told);
  };
  return { probes, round };
}

test('healthy is what takes a connection and keeps it', async () => {
  const gone = await listener();
  await new Promise((resolve) => open.pop()?.close(resolve));
  const { round } = await rounds({ up: await listener(), dead: await listener(true), gone });
  assert.equal(await round(), { up: [true], dead: [false], gone: [false] });
});

test('a connection that is taken proves nothing while a fault lets none through: until the last such fault is over', async () => {
  const { probes, round } = await rounds({ one: await listener(), two: await listener() });
  probes.block('two');
  probes.block('two');
  assert.equal(await round(), { one: [true], two: [false] });
  probes.unblock('two');
  assert.equal(await round(), { one: [true], two: [false] });
  probes.unblock('two');
  assert.equal(await round(), { one: [true], two: [true] });
});

test('rounds are at the instants of the plan, from its first one on, and stop', async () => {
  const sent: number[] = [];
  let early = 0;
  const startNs = process.hrtime.bigint() + 100_000_000n;
  const now = () => instant(Number((process.hrtime.bigint() - startNs) / 1000n));
  const probes = new Probes([{ id: 'one', origin: await listener() }], (_, __, at) => {
    if (now() < at) early += 1;
    sent.push(at);
  });
  probes.begin(instant(0), ms(60), now);
  await eventually(() => sent.length >= 3, 'three rounds');
  probes.stop();
  assert.equal(sent.slice(0, 3), [0, 60_000, 120_000]);
  assert.is(early, 0);
  const rounds = sent.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(sent.length <= rounds + 2, 'those under way and no more');
});

test.run();
