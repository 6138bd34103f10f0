import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { days, hours, micros, minutes } from '../../../proxy/host/units.ts';
import { faultTime } from '../../../sim/measure/fault-time.ts';
import { drawProcess } from '../../../sim/plan/draw-faults.ts';
import type { FaultProcess, Plan } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';

const clock = (id: string, kind: string, more: Partial<FaultProcess> = {}): FaultProcess => ({
  id,
  origin: 'random',
  meanUp: hours(10),
  meanDown: hours(2),
  downDistribution: 'exponential',
  members: [{ kind, targets: ['connector/paris/1'], choose: 'all', parameters: {} }],
  ...more,
});
const drawn = (replication: number, ...faultProcesses: FaultProcess[]): Plan => {
  const random = seededRandom('time').fork(`${replication}`);
  const horizon = micros(days(2));
  const faults = faultProcesses.flatMap((process_) => drawProcess(process_, random, horizon));
  return { ...smallPlan, horizon, faultProcesses, faults };
};

test('expected time on is the mean of the drawn, started with all up', () => {
  const clocks = [clock('a', 'connector crash'), clock('b', 'connector crash'), clock('c', 'site loss')];
  const sums = [0, 0];
  const n = 4000;
  for (let r = 0; r < n; r++) {
    for (const [i, on] of faultTime(drawn(r, ...clocks)).on.entries()) sums[i]! += on / n;
  }
  const { expected } = faultTime(drawn(0, ...clocks));
  assert.is(expected.length, 2);
  for (const [i, mean] of expected.entries()) assert.ok(Math.abs(sums[i]! / mean - 1) < 0.02, `${sums[i]! / mean}`);
});

test('a kind with constant repair times is no control', () => {
  const { on, expected } = faultTime(
    drawn(0, clock('a', 'site loss', { downDistribution: 'constant' }), clock('b', 'connector crash')),
  );
  assert.equal([on.length, expected.length], [1, 1]);
});

test('a fault that outlasts the horizon counts up to it', () => {
  const plan = drawn(0, clock('a', 'connector crash', { meanUp: minutes(1), meanDown: days(1000) }));
  assert.ok(faultTime(plan).on[0]! <= plan.horizon);
});

test.run();
