import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros } from '../../../proxy/host/units.ts';
import { toxicBody } from '../../../sim/live/toxic-body.ts';
import { checkPlan } from '../../../sim/plan/check.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { smallPlan } from './small-plan.ts';

const refusals = (plan: Plan, engine: 'live' | 'virtual' = 'live'): readonly string[] =>
  checkPlan(plan, engine).map(({ message }) => message);

const faulted = (kind: string, parameters: Record<string, number>): Plan => ({
  ...smallPlan,
  faults: [
    { id: 'f', kind, targets: ['connector/paris/1'], at: instant(0), until: null, parameters, origin: 'schedule' },
  ],
});

test('bandwidths that a live run would play as others are refused there, with what it would play', () => {
  for (const rate of [1_000, 2_000, 10_400, 40_000, 1e9]) {
    assert.equal(refusals(faulted('link bandwidth', { rate })), [], String(rate));
  }
  for (const [rate, played] of [
    [100, 1],
    [1_500, 2],
    [2_500, 3],
  ] as const) {
    const plan = faulted('link bandwidth', { rate });
    assert.match(refusals(plan).join(), `${played}kB/s of`);
    assert.equal(refusals(plan, 'virtual'), []);
    const { attributes } = toxicBody({ kind: 'bandwidth', bytesPerSecond: rate }, 'upstream', 'x');
    assert.equal(attributes, { rate: played });
  }
  const { topology } = smallPlan;
  const narrow = { ...topology, userLink: { ...topology.userLink, bytesPerSecond: 100 } };
  assert.match(refusals({ ...smallPlan, topology: narrow }).join(), 'the users’ link');
});

test('so are latencies', () => {
  for (const latency of [1_000, 10_500, 2e6]) {
    assert.equal(refusals(faulted('link latency', { latency, jitter: 0 })), [], String(latency));
  }
  for (const [latency, played] of [
    [400, 0],
    [1_400, 1],
    [2_500, 3],
  ] as const) {
    assert.is(refusals(faulted('link latency', { latency, jitter: 0 })).length, 1, String(latency));
    const toxic = { kind: 'latency', latency: micros(latency), jitter: micros(0) } as const;
    assert.equal(toxicBody(toxic, 'upstream', 'x').attributes, { latency: played, jitter: 0 });
  }
});

test.run();
