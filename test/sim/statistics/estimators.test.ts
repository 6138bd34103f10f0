import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { batchMeans } from '../../../sim/statistics/batch-means.ts';
import { holmAdjusted } from '../../../sim/statistics/holm.ts';
import { combineErrors, meanError, studentInterval } from '../../../sim/statistics/interval.ts';
import { pairedDifference, pValueAbove } from '../../../sim/statistics/paired.ts';
import { ratioError } from '../../../sim/statistics/ratio.ts';
import { summarize } from '../../../sim/statistics/sample.ts';

const near = (actual: number, expected: number, absolute: number): void =>
  assert.ok(Math.abs(actual - expected) <= absolute, `${actual} is not near ${expected}`);

test('mean and t interval of a worked example', () => {
  const of = meanError([1, 2, 3, 4, 5]);
  const [low, high] = studentInterval(of, 0.95) ?? [0, 0];
  near(low, 3 - 2.776445 * Math.sqrt(2.5 / 5), 1e-5);
  near(high, 3 + 2.776445 * Math.sqrt(2.5 / 5), 1e-5);
  assert.is(studentInterval(meanError([7]), 0.95), null);
});

test('a ratio over equal denominators is the mean, with the same error', () => {
  const y = [1, 4, 2, 5];
  const of = ratioError(y, [2, 2, 2, 2]);
  near(of.mean, 1.5, 1e-12);
  near(of.standardError, meanError(y).standardError / 2, 1e-12);
});

test('a ratio that is the same in every unit has no error, however the units differ in size', () => {
  near(ratioError([1, 2, 30], [10, 20, 300]).standardError, 0, 1e-9);
});

test('Holm: the worked example of the original paper kind', () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
    near(adjusted[i] ?? 0, p, 1e-12);
  });
});

test('law: Holm never lowers a p-value and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (ps) => {
      const adjusted = holmAdjusted(ps);
      ps.forEach((p, i) => {
        assert.ok((adjusted[i] ?? 0) >= p);
        ps.forEach((q, j) => {
          if (p < q) assert.ok((adjusted[i] ?? 0) <= (adjusted[j] ?? 0));
        });
      });
    }),
  );
});

test('Welch-Satterthwaite: equal parts add their degrees of freedom, a dominating part keeps its own', () => {
  near(
    combineErrors(0, [
      { variance: 2, df: 9 },
      { variance: 2, df: 9 },
    ]).df,
    18,
    1e-9,
  );
  near(
    combineErrors(0, [
      { variance: 2, df: 9 },
      { variance: 1e-9, df: 1 },
    ]).df,
    9,
    1e-6,
  );
  assert.ok(Number.isNaN(combineErrors(0, [{ variance: 1, df: 0 }]).standardError));
});

test('paired differences: a constant shift is certain, equal arms prove nothing, shared error softens', () => {
  const a = [0.1, 0.5, 0.3, 0.7];
  const shifted = a.map((v) => v + 0.25);
  assert.is(pValueAbove(pairedDifference(a, a)), 1);
  assert.ok(pValueAbove(pairedDifference(a, shifted)) < 1e-9);
  assert.ok(pValueAbove(pairedDifference(a, shifted, 1)) > 0.1);
  assert.is(pValueAbove(pairedDifference(shifted, a)), 1);
});

test('batch means of independent values pass, of a slow drift they do not', () => {
  const random = seededRandom('batch');
  const noise = Array.from({ length: 4000 }, () => random.next());
  assert.ok(batchMeans(noise, 40).independent);
  let level = 0;
  const drift = noise.map((v) => {
    level = 0.999 * level + v - 0.5;
    return level;
  });
  assert.not(batchMeans(drift, 40).independent);
});

test('summary keeps small differences of values near one', () => {
  const { variance } = summarize([1 - 1e-9, 1, 1 + 1e-9]);
  near(variance / 1e-18, 1, 1e-6);
});

test.run();
