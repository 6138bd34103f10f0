import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, seconds } from '../../../proxy/host/units.ts';
import { idleFaults, namedHits } from '../../../sim/measure/fault-hits.ts';
import {
  bucketOf,
  bucketStart,
  LatencyCounter,
  latencyQuantile,
  weightAbove,
} from '../../../sim/measure/latency-histogram.ts';
import { seriesOf } from '../../../sim/measure/series.ts';
import { emptyTally, sumTallies } from '../../../sim/measure/tally.ts';
import { tallyHistory } from '../../../sim/measure/tally-history.ts';
import { upTime } from '../../../sim/measure/up-time.ts';
import type { Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { evenly, synthetic } from './synthetic-history.ts';

const rules = smallPlan.outcome;
const fault = (id: string, fromS: number, toS: number | null): PlannedFault => ({
  id,
  kind: 'connector crash',
  targets: [`connector/paris/${id}`],
  at: instant(seconds(fromS)),
  until: toS === null ? null : instant(seconds(toS)),
  parameters: {},
  origin: 'schedule',
});
const planWith = (...faults: PlannedFault[]): Plan => ({ ...smallPlan, faults });

test('law: a latency lies in its bucket, and a bucket is at most 1/128 of its value wide', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2147483646 }), (micros) => {
      const bucket = bucketOf(micros);
      const start = bucketStart(bucket);
      const end = bucketStart(bucket + 1);
      assert.ok(start <= micros && micros < end, `${micros} not in [${start}, ${end})`);
      assert.ok(end - start === 1 || (end - start) / start <= 1 / 128);
    }),
  );
});

test('law: quantile and weight above undo each other', () => {
  const values = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (latencies, p) => {
      const counter = new LatencyCounter();
      for (const latency of latencies) counter.add(latency);
      const histogram = counter.histogram();
      const q = latencyQuantile(histogram, p) ?? 0;
      assert.ok(Math.abs(weightAbove(histogram, q) - (1 - p) * latencies.length) < 1e-6 * latencies.length);
    }),
  );
});

test('requests count by planned send instant, with outcome, cause and latency', () => {
  const history = synthetic(
    [
      ...evenly(0, 10, 10),
      { atS: 9.9, tookS: 5, cause: 'no-connector' },
      { atS: 12, tookS: 1, cause: 'none' },
      { atS: 13, tookS: 1, cause: 'undecided' },
    ],
    14,
  );
  const first = tallyHistory(smallPlan, history, { from: 0, to: seconds(10) });
  assert.is(first.requests, 101);
  assert.equal(first.losses, [{ cause: 'no-connector', application: 'shop', count: 1 }]);
  const rest = tallyHistory(smallPlan, history, { from: seconds(10), to: seconds(14) });
  assert.equal([rest.requests, rest.ok, rest.unknown], [2, 1, 1]);
  const whole = tallyHistory(smallPlan, history);
  const sum = sumTallies([
    { tally: first, weight: 1 },
    { tally: rest, weight: 1 },
  ]);
  assert.equal([sum.requests, sum.ok, sum.failed], [whole.requests, whole.ok, whole.failed]);
  assert.equal(sum.latency, whole.latency);
  assert.ok(Math.abs((latencyQuantile(whole.latency, 0.5) ?? 0) - 100_000) < 800);
});

test('a window is up at 99 % of at least 20, and smaller ones merge', () => {
  const span = 4 * rules.window;
  assert.equal(upTime({ total: [100, 100, 100, 100], ok: [99, 98, 100, 100] }, span, rules), {
    covered: span,
    up: 0.75 * span,
  });
  // 10 + 10 make one window of 20 with one loss: down; the rest of 5 merges into the last full one.
  assert.equal(upTime({ total: [10, 10, 30, 5], ok: [10, 9, 30, 5] }, span, rules), { covered: span, up: span / 2 });
  assert.equal(upTime({ total: [5, 5], ok: [5, 5] }, 2 * rules.window, rules), { covered: 0, up: 0 });
});

test('recovery runs from the end of the fault to the last loss of it', () => {
  const plan = planWith(fault('1', 60, 90));
  const requests = [...evenly(0, 60, 20), ...evenly(60, 93.5, 20, 'no-connector'), ...evenly(93.5, 200, 20)];
  const { recovery } = tallyHistory(plan, synthetic(requests, 200));
  assert.equal([recovery.count, recovery.unrecovered], [1, 0]);
  assert.ok(Math.abs(recovery.total - seconds(3.5)) <= 60_000, `${recovery.total}`);
});

test('a service that was never lost recovers in no time', () => {
  const { recovery } = tallyHistory(planWith(fault('1', 60, 90)), synthetic(evenly(0, 200, 20), 200));
  assert.equal(recovery, { count: 1, total: 0, unrecovered: 0, waited: 0 });
});

test('a service that stays bad until the end, or until the next fault, is unrecovered', () => {
  const bad = [...evenly(0, 60, 20), ...evenly(60, 200, 20, 'overload')];
  const { recovery } = tallyHistory(planWith(fault('1', 60, 90)), synthetic(bad, 200));
  assert.is(recovery.unrecovered, 1);
  assert.is(recovery.waited, seconds(110), 'from the end of the fault to the end of the run');
  const between = [...evenly(0, 60, 20), ...evenly(60, 120, 20, 'overload'), ...evenly(120, 300, 20)];
  const two = planWith(fault('1', 60, 90), fault('2', 100, 110));
  assert.equal(tallyHistory(two, synthetic(between, 300)).recovery, {
    count: 1,
    total: 9_960_000,
    unrecovered: 1,
    waited: seconds(10),
  });
});

test('less than a window of good service before the next fault proves no recovery, and is no failure of it either', () => {
  const served = evenly(0, 300, 200);
  const two = planWith(fault('1', 60, 90), fault('2', 91, 110));
  assert.equal(tallyHistory(two, synthetic(served, 300)).recovery, { count: 1, total: 0, unrecovered: 0, waited: 0 });
});

test('an end inside another fault that still hurts is no episode', () => {
  const bad = [...evenly(0, 60, 20), ...evenly(60, 200, 20, 'overload'), ...evenly(200, 300, 20)];
  const plan = planWith(fault('1', 60, 90), fault('2', 70, 200));
  assert.equal(tallyHistory(plan, synthetic(bad, 300)).recovery, { count: 1, total: 0, unrecovered: 0, waited: 0 });
});

test('a fault that hit nothing is counted with zero', () => {
  const plan = planWith(fault('1', 1, 2), fault('2', 1, 2));
  const history = synthetic(evenly(0, 10, 5), 10, [
    { kind: 'fault-start', at: instant(seconds(1)), fault: '1' },
    { kind: 'fault-start', at: instant(seconds(1)), fault: '2' },
    { kind: 'fault-hit', at: instant(seconds(2)), fault: '2', hits: 3 },
  ]);
  assert.equal(tallyHistory(plan, history).faultHits, {
    'connector crash on connector/paris/1': { occurrences: 1, hit: 0 },
    'connector crash on connector/paris/2': { occurrences: 1, hit: 1 },
  });
});

test('in a range a fault that began before it is no occurrence, and idle only if it touched nothing there', () => {
  const plan = planWith(fault('1', 1, 8), fault('2', 1, 8), fault('3', 6, 8));
  const start = (at: number, id: string) => ({ kind: 'fault-start', at: instant(seconds(at)), fault: id }) as const;
  const hit = (id: string, hits: number) => ({ kind: 'fault-hit', at: instant(seconds(8)), fault: id, hits }) as const;
  const history = synthetic(evenly(0, 10, 5), 10, [
    start(1, '1'),
    start(1, '2'),
    start(6, '3'),
    hit('1', 2),
    hit('2', 0),
    hit('3', 5),
  ]);
  const { faultHits } = tallyHistory(plan, history, { from: seconds(5), to: seconds(10) });
  assert.equal(faultHits, {
    'connector crash on connector/paris/1': { occurrences: 0, hit: 0, lasting: 1 },
    'connector crash on connector/paris/2': { occurrences: 0, hit: 0 },
    'connector crash on connector/paris/3': { occurrences: 1, hit: 1 },
  });
  assert.equal(idleFaults(faultHits), ['connector crash on connector/paris/2']);
  const first = { 'connector crash on connector/paris/1': { occurrences: 1, hit: 0 } };
  const all = sumTallies([
    { tally: { ...emptyTally, faultHits }, weight: 100 },
    { tally: { ...emptyTally, faultHits: first }, weight: 3 },
  ]);
  assert.equal(namedHits(all.faultHits)[0], { fault: 'connector crash on connector/paris/1', occurrences: 3, hit: 3 });
});

test('an occurrence that touched something only after its first window hit as well, beside others that hit at once', () => {
  const fault = 'backend down on application/payroll';
  const told = (hit: number, lasting: number) => namedHits({ [fault]: { occurrences: 100, hit, lasting } })[0];
  assert.equal(told(40, 25), { fault, occurrences: 100, hit: 65 });
  assert.equal(told(40, 6000), { fault, occurrences: 100, hit: 100 }, 'no more than there were');
  assert.equal(told(0, 25), { fault, occurrences: 100, hit: 25 });
});

test('a fault planned after the end of the run never started: it counts with zero', () => {
  const plan = planWith(fault('1', 1, 2), fault('2', smallPlan.horizon / 1e6, null));
  const history = synthetic(evenly(0, 10, 5), 10, [
    { kind: 'fault-start', at: instant(seconds(1)), fault: '1' },
    { kind: 'fault-hit', at: instant(seconds(2)), fault: '1', hits: 3 },
  ]);
  assert.equal(idleFaults(tallyHistory(plan, history).faultHits), ['connector crash on connector/paris/2']);
});

test('occurrences of one name count one by one, hits of one do not make up for another', () => {
  const again = { ...fault('3', 5, 6), targets: ['connector/paris/1'] };
  const first = { ...fault('1', 1, 2), targets: ['connector/paris/1'] };
  const history = synthetic(evenly(0, 10, 5), 10, [
    { kind: 'fault-start', at: instant(seconds(1)), fault: '1' },
    { kind: 'fault-hit', at: instant(seconds(2)), fault: '1', hits: 300 },
    { kind: 'fault-start', at: instant(seconds(5)), fault: '3' },
    { kind: 'fault-hit', at: instant(seconds(6)), fault: '3', hits: 0 },
  ]);
  assert.equal(tallyHistory(planWith(first, again), history).faultHits, {
    'connector crash on connector/paris/1': { occurrences: 2, hit: 1 },
  });
});

test('the series counts by bucket', () => {
  const points = seriesOf(synthetic([...evenly(0, 2, 10), ...evenly(2, 3, 10, 'late')], 3), 1);
  assert.equal(
    points.map(({ at, ok, failed }) => [at, ok, failed]),
    [
      [0, 10, 0],
      [1, 10, 0],
      [2, 0, 10],
    ],
  );
  assert.is(points[2]?.p50, null);
});

test.run();
