import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { ProxyCause } from '../../../proxy/host/message.ts';
import { type Instant, instant } from '../../../proxy/host/units.ts';
import type { WorkloadPlan } from '../../../sim/plan/plan.ts';
import type { JourneyEnd } from '../../../sim/workload/journey.ts';
import { clientBudget, withRetries } from '../../../sim/workload/retries.ts';
import { smallPlan } from '../plan/small-plan.ts';

const workload: WorkloadPlan = { ...(smallPlan.workloads[0] as WorkloadPlan), clientRetries: 2 };
const answer = (status: number, proxyCause: ProxyCause | null = null): JourneyEnd => ({
  peer: 'service',
  end: { kind: 'answer', status, proxyCause },
});
const lost = answer(502, 'connector-lost');
const page = answer(200);

/** Plays the ends in order; returns what the user got, and when each journey began in seconds. */
async function play(ends: JourneyEnd[], plan = workload, budget = clientBudget(plan), cancel = new CancelSource()) {
  let now = 0;
  const began: number[] = [];
  const clock = {
    now: (): Instant => instant(now),
    sleep: async (span: number): Promise<void> => {
      now += span;
    },
  };
  const end = await withRetries(plan, budget, clock, cancel, async () => {
    began.push(now / 1e6);
    return ends.shift() as JourneyEnd;
  });
  return { end, began };
}

test('a failure is tried again after the delay, at most as often as the plan says', async () => {
  assert.equal(await play([lost, lost, page]), { end: page, began: [0, 1, 2] });
  assert.equal(await play([lost, lost, lost, page]), { end: lost, began: [0, 1, 2] });
  assert.equal(await play([page]), { end: page, began: [0] });
});

test('what counts as a failure: no answer, the proxy’s own, a 5xx, a sign-in that got stuck', async () => {
  const retried = async (end: JourneyEnd): Promise<boolean> => (await play([end, page])).began.length === 2;
  for (const kind of ['refused', 'reset', 'silence'] as const) {
    assert.ok(await retried({ peer: 'service', end: { kind } }), kind);
  }
  assert.ok(await retried(lost));
  assert.ok(await retried(answer(500)));
  assert.ok(await retried({ ...page, peer: 'token-service' }));
  assert.not.ok(await retried(page));
  assert.not.ok(await retried(answer(404)));
  assert.not.ok(await retried({ peer: 'service', end: { kind: 'undecided' } }));
});

test('the budget is shared: beyond a fifth of the requests and a burst of three nobody retries', async () => {
  const plan = { ...workload, clientRetries: 1, clientRetryBudget: 0.2 };
  const budget = clientBudget(plan);
  let retried = 0;
  for (let i = 0; i < 20; i++) retried += (await play([lost, lost], plan, budget)).began.length - 1;
  assert.is(retried, 7);
});

test('a user whose patience ended does not try again', async () => {
  const cancel = new CancelSource();
  cancel.cancel('user gave up');
  assert.equal((await play([lost, page], workload, clientBudget(workload), cancel)).began, [0]);
});

test.run();
