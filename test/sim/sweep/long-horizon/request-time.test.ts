import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, instant, micros, minutes, seconds } from '../../../../proxy/host/units.ts';
import type { Plan } from '../../../../sim/plan/plan.ts';
import { CellInventory } from '../../../../sim/sweep/long-horizon/cell-inventory.ts';
import { decidedWithin } from '../../../../sim/sweep/long-horizon/request-time.ts';
import type { SystemState } from '../../../../sim/sweep/long-horizon/segments.ts';
import { catalogueRules } from '../../../../sim/sweep/long-horizon/window-rules.ts';
import { WindowTypes } from '../../../../sim/sweep/long-horizon/window-types.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const deadline = seconds(60);
/** A backend that takes 20 s for every answer, and a crash at minute 60. */
const slow: Plan = {
  ...smallPlan,
  horizon: hours(3),
  outcome: { ...smallPlan.outcome, deadline },
  applications: smallPlan.applications.map((application) => ({
    ...application,
    backend: { ...application.backend, latency: seconds(20), latencyDistribution: 'constant' },
  })),
  faults: [
    {
      id: 'crash',
      kind: 'connector crash',
      targets: ['connector/paris/1'],
      at: instant(minutes(60)),
      until: instant(minutes(120)),
      parameters: {},
      origin: 'schedule',
    },
  ],
};
const working: SystemState = new Map();
const gone = (...ids: string[]): SystemState =>
  new Map(ids.map((id) => [id, { verbs: 'kill', out: true, capacity: 0 }]));

test('a window begins before the first request that its change can still meet', async () => {
  const types = new WindowTypes(8);
  const cell = new CellInventory({ axes: {}, plan: () => slow }, types, catalogueRules, { asPlanned: 4, other: 1 });
  await cell.grow(1);
  const windows = types.all().filter((type) => !type.isStretch);
  assert.is(windows.length, 2);
  for (const { blueprint } of windows) {
    const { segment } = blueprint;
    const lead = (segment.kind === 'window' ? segment.changes[0]!.at : 0) - segment.from;
    assert.ok(lead >= seconds(20) + slow.outcome.window / 2, `${lead / 1e6} s before the change`);
  }
});

test('a fast backend needs no more than the usual five seconds', () => {
  assert.is(catalogueRules.lead(smallPlan, working), seconds(5));
  assert.is(catalogueRules.lead(smallPlan, gone('connector/paris/1')), seconds(5));
});

test('exponential times have a tail, and the deadline ends it', () => {
  const backend = {
    ...slow.applications[0]!.backend,
    latency: seconds(5),
    latencyDistribution: 'exponential',
  } as const;
  const plan = { ...slow, applications: [{ ...slow.applications[0]!, backend }] };
  assert.ok(decidedWithin(plan, working) >= seconds(35));
  const short = { ...plan, outcome: { ...plan.outcome, deadline: seconds(12) } };
  assert.is(decidedWithin(short, working), seconds(12));
});

test('where requests wait or are slow it is the deadline', () => {
  const all = gone(...slow.topology.connectors.map(({ id }) => id));
  const frozen: SystemState = new Map([['connector/paris/1', { verbs: 'freeze', out: false, capacity: 0 }]]);
  const busy: Plan = {
    ...smallPlan,
    outcome: slow.outcome,
    topology: {
      ...smallPlan.topology,
      connectors: smallPlan.topology.connectors.map((one) => ({ ...one, demand: micros(1_000_000) })),
    },
  };
  for (const [plan, state] of [
    [slow, all],
    [slow, frozen],
    [busy, working],
  ] as const) {
    assert.is(decidedWithin(plan, state), deadline);
  }
});

test.run();
