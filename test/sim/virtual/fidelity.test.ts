import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { minutes, seconds } from '../../../proxy/host/units.ts';
import type { History } from '../../../sim/history/history.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { faultCases } from './fault-cases.ts';
import { lossesOf } from './losses.ts';

const meanMs = ({ requests: { start, end, length } }: History): number => {
  let sum = 0;
  for (let row = 0; row < length; row++) sum += (end[row] as number) - (start[row] as number);
  return sum / length / 1000;
};

test('L2 serves what L1 serves, through the codec, cut at seeded places; latencies agree', async () => {
  const uploads = smallPlan.workloads.map((workload) => ({ ...workload, method: 'POST', requestBytes: 50_000 }));
  for (const workloads of [smallPlan.workloads, uploads]) {
    const plan = { ...smallPlan, horizon: minutes(1), workloads };
    const objects = await runVirtualPlan(plan);
    const bytes = await runVirtualPlan(plan, { fidelity: 'L2' });
    assert.is(bytes.fidelity, 'L2');
    assert.is(bytes.requests.length, objects.requests.length);
    assert.equal(lossesOf(bytes), {});
    // A tail that waits costs at most half a millisecond, in one write of eight.
    assert.ok(Math.abs(meanMs(bytes) - meanMs(objects)) < 3, `${meanMs(bytes)} against ${meanMs(objects)} ms`);
    assert.is((await runVirtualPlan(plan, { fidelity: 'L2' })).eventHash, bytes.eventHash);
  }
});

test('faults bring the same causes at L2', async () => {
  for (const kind of ['connector crash', 'connector hang', 'link partition', 'link reset', 'service instance crash']) {
    const found = faultCases.find(({ fault }) => fault.kind === kind);
    assert.ok(found !== undefined, kind);
    const plan = { ...found.plan, horizon: seconds(60), faults: [found.fault] };
    const [objects, bytes] = [await runVirtualPlan(plan), await runVirtualPlan(plan, { fidelity: 'L2' })];
    const causes = (history: History): string[] =>
      Object.entries(lossesOf(history))
        .filter(([, count]) => count > 20)
        .map(([cause]) => cause)
        .sort();
    assert.equal(causes(bytes), causes(objects), kind);
    assert.equal(lossesOf(bytes, 57), {}, `${kind}: losses after it`);
  }
});

test.run();
