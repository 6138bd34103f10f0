import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import type { ScenarioInput } from '../../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { arrivals } from '../../../sim/workload/arrivals.ts';
import { planOf } from '../plan-of.ts';

/** Two groups at one site; all links jitter, those that the groups share too. */
const scenario = (others: number): ScenarioInput => ({
  name: 'isolation',
  run: { duration: '10m', seed: 'isolation' },
  topology: {
    userLink: { latency: '10ms', jitter: '8ms' },
    sites: { paris: { link: { latency: '12ms', jitter: '5ms' } } },
    connectorGroups: {
      main: { connectors: { paris: 2 }, cores: 2 },
      other: { connectors: { paris: others }, cores: 2 },
    },
  },
  applications: {
    shop: { group: 'main', preAuthentication: 'pass-through' },
    wiki: { group: 'other', preAuthentication: 'pass-through' },
  },
  workload: {
    shoppers: { application: 'shop', requestsPerSecond: 10 },
    readers: { application: 'wiki', requestsPerSecond: 5 },
  },
  faults: {
    random: [{ what: 'connector crash', target: 'every connector', mtbf: '60s', mttr: '10s' }],
  },
});

const less = planOf(scenario(1));
const more = planOf(scenario(2));
const added = more.topology.connectors.filter(({ id }) => !less.topology.connectors.some((one) => one.id === id));

test('one connector more in another group: the same requests at the same instants', () => {
  assert.is(added.length, 1);
  const all = (plan: Plan) => [...arrivals(plan, instant(0), instant(plan.horizon))];
  assert.ok(all(less).length > 8000);
  assert.equal(all(more), all(less));
});

test('… and the same failures of every connector that was there before', () => {
  assert.ok(less.faults.length > 20);
  const ofOthers = more.faults.filter(({ targets }) => targets[0] !== added[0]?.id);
  assert.ok(ofOthers.length < more.faults.length, 'the new one fails too');
  assert.equal(ofOthers, less.faults);
});

test('… and every request of the group that was not touched fares as before, to the microsecond', async () => {
  const fates = await Promise.all(
    [less, more].map(async (plan) => {
      const { requests } = await runVirtualPlan(plan);
      return Array.from({ length: requests.length }, (_, row) => row)
        .filter((row) => requests.application[row] === 0)
        .map((row) => [requests.start[row], requests.end[row], requests.cause[row]].join(' '))
        .sort();
    }),
  );
  assert.ok((fates[0] ?? []).length > 5000);
  assert.equal(fates[1], fates[0]);
});

test.run();
