import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Evidence, studyRatio } from '../../../sim/measure/evidence.ts';
import { measure } from '../../../sim/measure/measure.ts';
import { unseenLoss } from '../../../sim/measure/rare-loss.ts';
import { emptyTally, type Tally } from '../../../sim/measure/tally.ts';
import { clopperPearsonUpper } from '../../../sim/statistics/clopper-pearson.ts';
import { relativeHalfWidth } from '../../../sim/sweep/precision.ts';

const sample = (failed: number): Tally => ({ ...emptyTally, requests: 400, ok: 400 - failed, failed });
const samples = (n: number, ...lossy: number[]): Tally[] => Array.from({ length: n }, (_, i) => sample(lossy[i] ?? 0));
const evidence = (...types: Tally[][]): Evidence => ({
  histories: Array.from({ length: 20 }, () => ({
    own: emptyTally,
    shared: types.map((_, type) => ({ type, weight: 1000 })),
    controls: [],
  })),
  types: types.map((of) => ({ samples: of, expectedRequests: 400 })),
  expectedControls: [],
  unseenShare: 0.001,
  unseenTime: 0,
  unseenCluster: { ...emptyTally, requests: 2, failed: 2 },
  timeKnown: true,
  doubts: [],
  method: 'episodes',
});
const study = (of: Evidence) =>
  studyRatio(
    of,
    (tally) => tally.failed,
    (tally) => tally.requests,
  );
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual / expected - 1) < 1e-9, `${actual} instead of ${expected}`);

test('the exact bound: rule of three without a success, tables with some', () => {
  near(clopperPearsonUpper(0, 30, 0.05), -Math.expm1(Math.log(0.05) / 30));
  assert.ok(Math.abs(clopperPearsonUpper(2, 20, 0.025) - 0.317) < 0.0005);
  assert.is(clopperPearsonUpper(5, 5, 0.05), 1);
});

test('no loss in m samples: clusters come at most at −ln α in m', () => {
  const { rare } = study(evidence(samples(30)));
  near(unseenLoss(rare, 0.005), (-Math.log(0.005) / 30) * (2 / 400));
});

test('over several kinds without a loss the largest counts, not their sum', () => {
  const { rare } = study(evidence(samples(30), samples(300)));
  near(unseenLoss(rare, 0.005), (-Math.log(0.005) / 30) * (2 / 800));
});

test('a loss in a few samples may be in more of them: Clopper and Pearson, times what a lossy one lost', () => {
  const { rare } = study(evidence(samples(30, 4, 8)));
  near(unseenLoss(rare, 0.005), (clopperPearsonUpper(2, 30, 0.005) * 6 - 12 / 30) / 400);
});

test('with six lossy samples their spread speaks for itself', () => {
  const of = evidence(samples(30, 4, 8, 3, 1, 2, 9));
  assert.equal(study(of).rare, []);
  assert.ok(study(of).standardError > 0);
});

test('replications that share samples are no independent units: more of them narrow nothing', () => {
  const few = evidence(samples(30));
  const many = { ...few, histories: Array.from({ length: 50 }, () => few.histories).flat() };
  const low = (of: Evidence): number => measure(of, 0.95).availability.interval![0];
  assert.is(low(many), low(few));
  near(1 - low(few), (-Math.log(0.005) / 30) * (2 / 400));
});

test('the lower end of availability reaches down by what was not seen, and so does the precision', () => {
  const seen = samples(30, 4, 8, 3, 1, 2, 9);
  const [low, high] = measure(evidence(seen), 0.95).availability.interval!;
  const both = measure(evidence(seen, samples(30)), 0.95).availability;
  const moved = (-Math.log(0.005) / 30) * (2 / 800);
  assert.ok(both.value! - both.interval![0] > (high - low) / 4 + moved);
  const { rare, ...alone } = study(evidence(seen, samples(30)));
  const wider = relativeHalfWidth({ ...alone, rare }, 0.95) - relativeHalfWidth({ ...alone, rare: [] }, 0.96);
  near(wider, moved / alone.mean);
});

test.run();
