import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startConnector } from '../../../proxy/connector/connector.ts';
import { instant, ms, seconds } from '../../../proxy/host/units.ts';
import { absentTokenService } from '../../../proxy/node/roles/absent-token-service.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { startService } from '../../../proxy/service/service.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { connectorConfigOf, serviceConfigOf } from '../../../sim/plan/roles.ts';
import { internalUrlOf } from '../../../sim/virtual/backends.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { planOf } from '../../oracles/plan-of.ts';
import { scriptedOrigin } from '../../proxy/origins.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { lossesOf } from './losses.ts';
import { SmallWorld } from './small-world.ts';

const twoGroups = planOf({
  name: 'two groups',
  run: { duration: '1m' },
  topology: {
    instances: 1,
    sites: { paris: {} },
    connectorGroups: { shop: { connectors: { paris: 1 } }, wiki: { connectors: { paris: 2 } } },
  },
  applications: { shop: { group: 'shop' }, wiki: { group: 'wiki' } },
  workload: { people: { application: 'shop', requestsPerSecond: 1 } },
});

const patience = serviceConfigOf(twoGroups, 'service/1', 'service/1', internalUrlOf).openingPatience;

/** Milliseconds at which an instance that starts at 0 opens, when connectors of these groups start at these milliseconds. */
async function openedAt(starts: ReadonlyArray<readonly [group: string, at: number]>): Promise<number | undefined> {
  const world = new SmallWorld();
  let opened: number | undefined;
  world.part('service/1', async (host) => {
    const config = serviceConfigOf(twoGroups, 'service/1', 'service/1', internalUrlOf);
    const service = await startService(host, config, { identity: absentTokenService });
    await service.opened;
    opened = host.clock.now() / 1000;
  });
  for (const [group, at] of starts) {
    const connector = twoGroups.topology.connectors.find((one) => one.group === group);
    if (connector === undefined) throw new Error(group);
    const config = connectorConfigOf(twoGroups, connector, ['service/1'], internalUrlOf);
    const origin = scriptedOrigin(() => Promise.reject(new Error('nobody asks')));
    world.at(at, () => {
      world.part(connector.id, (host) => startConnector(host, config, { origin, tickets: undefined }));
    });
  }
  await world.run(60_000);
  return opened;
}

test('an instance opens once every group has a connector, and not before', async () => {
  const opened = await openedAt([
    ['shop', 0],
    ['wiki', 2_000],
  ]);
  // two round trips of 20 ms for the dial and half a one for the hello
  assert.ok(opened !== undefined && opened > 2_040 && opened < 2_100, String(opened));
});

test('one group without a living connector holds it up for the patience, no connector at all as well', async () => {
  assert.is(await openedAt([['wiki', 0]]), patience / 1000);
  assert.is(await openedAt([]), patience / 1000);
});

test('the patience outlasts the longest pause between two dials of a connector', () => {
  for (const { reconnect } of twoGroups.topology.connectors) assert.ok(patience > reconnect.cap, String(patience));
});

test('an instance that was away for minutes opens when its connectors found it, though they look only now and then', async () => {
  const plan: Plan = {
    ...smallPlan,
    horizon: seconds(300),
    workloads: smallPlan.workloads.map((one) => ({ ...one, requestsPerSecond: 40 })),
    topology: {
      ...smallPlan.topology,
      frontDoor: { probeInterval: ms(500), unhealthyAfter: ms(500) },
      connectors: smallPlan.topology.connectors.slice(0, 1).map((one) => ({ ...one, tunnels: 2 })),
    },
    behaviour: { ...hardened, connectorWait: ms(50) },
    faults: [
      {
        id: 'crash',
        kind: 'service instance crash',
        targets: ['service/1'],
        at: instant(10e6),
        until: instant(190e6),
        parameters: {},
        origin: 'schedule',
      },
    ],
  };
  for (const seed of ['a', 'b', 'c', 'd']) {
    assert.equal(lossesOf(await runVirtualPlan({ ...plan, seed }), 190), {}, seed);
  }
});

test('users are not sent to an instance that came back before its connectors found it', async () => {
  const [connector] = smallPlan.topology.connectors;
  if (connector === undefined) throw new Error('no connector');
  const plan: Plan = {
    ...smallPlan,
    horizon: seconds(60),
    behaviour: { ...hardened, connectorWait: ms(50) },
    topology: {
      ...smallPlan.topology,
      connectors: [{ ...connector, tunnels: 2, reconnect: { base: seconds(4), cap: seconds(4) } }],
      frontDoor: { probeInterval: ms(100), unhealthyAfter: ms(200) },
    },
    faults: [1, 2].map((n) => ({
      id: `crash ${n}`,
      kind: 'service instance crash',
      targets: [`service/${n}`],
      at: instant(n * 20e6 - 15e6),
      until: instant(n * 20e6 - 5e6),
      parameters: {},
      origin: 'schedule' as const,
    })),
  };
  const history = await runVirtualPlan(plan);
  assert.ok((lossesOf(history, 5, 15)['service-unreachable'] ?? 0) > 0);
  assert.equal(lossesOf(history, 15, 25), {}, 'service/1 came back at 15 s');
  assert.equal(lossesOf(history, 35, 60), {}, 'service/2 came back at 35 s');
});

test.run();
