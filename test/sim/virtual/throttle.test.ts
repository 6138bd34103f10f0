import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seconds } from '../../../proxy/host/units.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { instanceThrottle } from '../../../sim/plan/roles.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { lossesOf, requestsOf } from './losses.ts';

const horizon = 20;

/** `smallPlan` with open doors, twice the load that its throttle lets through. */
function overloaded(instances: number): Plan {
  return {
    ...smallPlan,
    horizon: seconds(horizon),
    throttle: { perApplication: 200, tenant: 300 },
    topology: {
      ...smallPlan.topology,
      instances: Array.from({ length: instances }, (_, index) => ({ id: `service/${index + 1}` })),
    },
    applications: smallPlan.applications.map((one) => ({ ...one, preAuthentication: 'pass-through' })),
    workloads: smallPlan.workloads.map((one) => ({ ...one, requestsPerSecond: 400 })),
  };
}

/** Requests a second that were not lost. */
async function admitted(instances: number): Promise<number> {
  const history = await runVirtualPlan(overloaded(instances));
  const losses = lossesOf(history);
  assert.equal(Object.keys(losses), ['throttled']);
  return (requestsOf(history) - (losses['throttled'] ?? 0)) / horizon;
}

test('one instance and several admit the same: the documented limits are the tenant’s, not an instance’s', async () => {
  // With twice the load every instance is offered twice its share, give or take what the front door's uniform choice
  // spreads: a share of 100 gets 200 ± 14 a second, of 50 100 ± 10, so that no second stays below it. What remains is a
  // second cut by the start and one by the end of the run, at most 2 in 20.
  for (const instances of [1, 2, 4]) {
    const rate = await admitted(instances);
    assert.ok(rate >= 200 && rate <= (200 * (horizon + 1)) / horizon, `${instances} instances admit ${rate} a second`);
  }
});

test('a share is whole and never nothing', () => {
  const shareOf = (instances: number, perApplication: number, tenant: number) =>
    instanceThrottle({ ...overloaded(instances), throttle: { perApplication, tenant } });
  assert.equal(shareOf(1, 500, 750), { perApplication: 500, tenant: 750 });
  assert.equal(shareOf(3, 500, 750), { perApplication: 166, tenant: 250 });
  assert.equal(shareOf(4, 2, 3), { perApplication: 1, tenant: 1 });
  assert.is(instanceThrottle({ ...overloaded(2), throttle: null }), undefined);
});

test.run();
