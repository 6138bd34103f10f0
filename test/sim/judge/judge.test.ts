import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { seconds } from '../../../proxy/host/units.ts';
import { judge } from '../../../sim/judge/judge.ts';
import { decisionConfidence, looksUpTo } from '../../../sim/judge/looks.ts';
import { moreRuns } from '../../../sim/judge/more-runs.ts';
import { everyRequest } from '../../../sim/measure/evidence.ts';
import { emptyTally, type Tally } from '../../../sim/measure/tally.ts';
import type { ObjectivePlan } from '../../../sim/plan/plan.ts';

const run = (failed: number, more: Partial<Tally> = {}): Tally => ({
  ...emptyTally,
  requests: 10_000,
  ok: 10_000 - failed,
  failed,
  ...more,
});
const availability = (limit: number): ObjectivePlan => ({ name: 'a', kind: 'availability', basis: 'requests', limit });
const one = (objective: ObjectivePlan, runs: Tally[], unseen = 0.01, confidence = 0.95) => {
  const [verdict] = judge([objective], everyRequest(runs, unseen), { confidence });
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

test('looks double from the first and end at the cap', () => {
  assert.equal(looksUpTo(480), [30, 60, 120, 240, 480]);
  assert.equal(looksUpTo(100), [30, 60, 100]);
  assert.equal(looksUpTo(10), [10]);
  assert.ok(Math.abs(decisionConfidence(0.95, 5) - 0.99) < 1e-12);
});

test('met and missed need the whole interval on one side', () => {
  const runs = [run(10), run(12), run(14), run(11)];
  assert.is(one(availability(0.998), runs).verdict, 'met');
  assert.is(one(availability(0.9995), runs).verdict, 'missed');
  const between = one(availability(0.9988), runs);
  assert.is(between.verdict, 'inconclusive');
  assert.match(between.reason, /about \d+ further replications/);
});

test('the number of further replications is about right', () => {
  const random = seededRandom('more');
  const draw = (n: number) => Array.from({ length: n }, () => run(Math.floor(random.exponential(10))));
  const { verdict, reason } = one(availability(1 - 0.00135), draw(20));
  assert.is(verdict, 'inconclusive');
  const more = Number(/about (\d+)/.exec(reason)?.[1]);
  assert.is(one(availability(1 - 0.00135), draw(20 + 4 * more)).verdict, 'met');
});

test('one further replication is one', () => {
  assert.is(moreRuns(20, 0.00101, 0.001), 'about 1 further replication would decide');
  assert.is(moreRuns(20, 0.0012, 0.001), 'about 9 further replications would decide');
});

test('without any loss it takes the rule of three', () => {
  const clean = Array.from({ length: 30 }, () => run(0));
  const { verdict, reason } = one(availability(0.999), clean, 1 / 30);
  assert.is(verdict, 'inconclusive');
  assert.is(reason, 'the interval contains the limit; about 69 further replications would decide');
  const enough = Array.from({ length: 99 }, () => run(0));
  assert.is(one(availability(0.999), enough, 1 / 30).verdict, 'met');
  assert.match(one(availability(1), clean).reason, /no number of replications/);
});

test('one replication decides nothing', () => {
  assert.equal(one(availability(0.5), [run(1)]).reason, 'one replication has no interval');
});

test('a fault that hit nothing takes back a met, never a missed', () => {
  const idle = { faultHits: { 'site loss on site/a': { occurrences: 1, hit: 0 } } };
  const met = one(availability(0.99), [run(10, idle), run(12, idle)]);
  assert.is(met.verdict, 'inconclusive');
  assert.match(met.reason, /hit nothing: site loss on site\/a/);
  assert.is(one(availability(0.99999), [run(10, idle), run(11, idle)]).verdict, 'missed');
  const hit = { faultHits: { 'site loss on site/a': { occurrences: 1, hit: 1 } } };
  assert.is(one(availability(0.99), [run(10, idle), run(12, hit)]).verdict, 'met', 'seldom is told, not judged');
});

test('evidence that contradicts itself takes back a met, never a missed', () => {
  const doubtful = { ...everyRequest([run(10), run(12), run(14), run(11)], 0.01), doubts: ['something was missed'] };
  const [met] = judge([availability(0.99)], doubtful, { confidence: 0.95 });
  assert.equal([met?.verdict, met?.reason], ['inconclusive', 'something was missed']);
  assert.is(judge([availability(0.9995)], doubtful, { confidence: 0.95 })[0]?.verdict, 'missed');
});

test('where only what nobody saw keeps a met away, further replications are not promised to help', () => {
  const unseen = { ...everyRequest([run(10), run(12), run(11)], 0.01), unseenTime: 0.002 };
  const [verdict] = judge([availability(0.998)], unseen, { confidence: 0.95 });
  assert.is(verdict?.verdict, 'inconclusive');
  assert.match(verdict!.reason, /only for what was never simulated \(0\.2 % of all\)/);
});

test('recovery: the mean against the limit, and fault ends without recovery are a doubt', () => {
  const recovery: ObjectivePlan = { name: 'r', kind: 'recovery', limit: seconds(5) };
  const took = (s: number, unrecovered = 0) =>
    run(10, { recovery: { count: 2, total: 2 * seconds(s), unrecovered, waited: 0 } });
  assert.is(one(recovery, [took(1), took(2), took(1.5)]).verdict, 'met');
  assert.is(one(recovery, [took(9), took(8), took(8.5)]).verdict, 'missed');
  assert.match(one(recovery, [took(1), took(2, 1), took(1.5)]).reason, /after 1 fault no recovery was seen/);
  assert.is(one(recovery, [run(1), run(2)]).reason, 'no fault ended in any replication');
});

test('recovery: one that was not seen for longer than the limit is a miss, for less it is a doubt', () => {
  const recovery: ObjectivePlan = { name: 'r', kind: 'recovery', limit: seconds(5) };
  const never = (s: number) => run(10, { recovery: { count: 0, total: 0, unrecovered: 1, waited: seconds(s) } });
  assert.is(one(recovery, [never(600), never(590), never(610)]).verdict, 'missed');
  const brief = one(recovery, [never(3), never(2), never(4)]);
  assert.is(brief.verdict, 'inconclusive');
  assert.match(brief.reason, /after 3 faults no recovery was seen/);
});

test('splitting the error over looks keeps wrong verdicts near what was promised; not splitting does not', () => {
  // The truth is exactly the limit, so every verdict is wrong; five looks, 400 studies of skewed losses.
  const looks = looksUpTo(480);
  const wrongShare = (confidence: number): number => {
    const random = seededRandom('looks');
    let wrong = 0;
    for (let study = 0; study < 400; study++) {
      const runs: Tally[] = [];
      const decided = looks.some((n) => {
        while (runs.length < n) runs.push(run(random.exponential(10)));
        return one(availability(0.999), runs, 0.01, confidence).verdict !== 'inconclusive';
      });
      if (decided) wrong++;
    }
    return wrong / 400;
  };
  const split = wrongShare(decisionConfidence(0.95, looks.length));
  const unsplit = wrongShare(0.95);
  assert.ok(split < 0.08, `split: ${split}`);
  assert.ok(unsplit > 0.1, `unsplit: ${unsplit}`);
});

test.run();
