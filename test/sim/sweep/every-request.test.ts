import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, instant, minutes } from '../../../proxy/host/units.ts';
import { judge } from '../../../sim/judge/judge.ts';
import { expectedOn } from '../../../sim/measure/fault-time.ts';
import { emptyTally, type Tally } from '../../../sim/measure/tally.ts';
import type { FaultProcess, ObjectivePlan, Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { everyRequestEvidence } from '../../../sim/sweep/every-request.ts';
import { smallPlan } from '../plan/small-plan.ts';

const objective: ObjectivePlan = { name: 'availability', kind: 'availability', basis: 'requests', limit: 0.99 };
const outage: FaultProcess = {
  id: 'egress',
  origin: 'random',
  meanUp: hours(1),
  meanDown: minutes(2),
  downDistribution: 'exponential',
  members: [{ kind: 'site loss', targets: ['site/paris'], choose: 'all', parameters: {} }],
};
const drawn: PlannedFault = {
  id: 'egress/1',
  kind: 'site loss',
  targets: ['site/paris'],
  at: instant(minutes(1)),
  until: instant(minutes(2)),
  parameters: {},
  origin: 'random',
};
const plans: readonly Plan[] = Array.from({ length: 10 }, (_, replication) => ({
  ...smallPlan,
  replication,
  faultProcesses: [outage],
  objectives: [objective],
}));
/** A little is lost in each, so that the rule of three says nothing. */
const tallies: readonly Tally[] = plans.map((_, i) => ({ ...emptyTally, requests: 6000, ok: 5994 - i, failed: 6 + i }));

test('a fault that no replication drew leaves open what it costs, however every request fared', async () => {
  const unseen = await everyRequestEvidence(plans, tallies);
  const share = expectedOn(outage, smallPlan.horizon) / smallPlan.horizon;
  assert.ok(share > 0.01 && Math.abs(unseen.unseenTime - share) < 1e-12, `${unseen.unseenTime} is not ${share}`);
  assert.is(judge([objective], unseen, { confidence: 0.95 })[0]?.verdict, 'inconclusive');
});

test('one that some replication drew does not; replications without a tally have shown nothing', async () => {
  const [first, ...others] = plans;
  const shown = await everyRequestEvidence([{ ...first!, faults: [drawn] }, ...others], tallies);
  assert.ok(shown.unseenTime < 1e-12);
  assert.is(judge([objective], shown, { confidence: 0.95 })[0]?.verdict, 'met');
  const late = await everyRequestEvidence([...others, { ...first!, faults: [drawn] }], tallies.slice(1));
  assert.ok(late.unseenTime > 0.01);
});

test.run();
