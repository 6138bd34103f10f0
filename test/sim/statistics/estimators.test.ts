import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { holmAdjusted } from '../../../sim/statistics/holm.ts';
import { combineErrors, meanError, skewedInterval, studentInterval } from '../../../sim/statistics/interval.ts';
import { pairedDifference, pValueAbove } from '../../../sim/statistics/paired.ts';
import { skewnessOf, summarize } from '../../../sim/statistics/sample.ts';

const near = (actual: number, expected: number, absolute: number): void =>
  assert.ok(Math.abs(actual - expected) <= absolute, `${actual} is not near ${expected}`);

test('mean and t interval of a worked example', () => {
  const of = meanError([1, 2, 3, 4, 5]);
  const [low, high] = studentInterval(of, 0.95) ?? [0, 0];
  near(low, 3 - 2.776445 * Math.sqrt(2.5 / 5), 1e-5);
  near(high, 3 + 2.776445 * Math.sqrt(2.5 / 5), 1e-5);
  assert.is(studentInterval(meanError([7]), 0.95), null);
});

test('skewness of a worked example; none without a third unit or any spread', () => {
  // 2, 4, 9: mean 5, variance 13, cubes −27 − 1 + 64.
  near(skewnessOf([2, 4, 9]), (3 * 36) / (2 * 13 * Math.sqrt(13)), 1e-12);
  assert.is(skewnessOf([1, 9]), 0);
  assert.is(skewnessOf([4, 4, 4, 4]), 0);
});

test('an interval corrected for skewness is the t interval of symmetric units, and reaches further where losses do', () => {
  const symmetric = meanError([1, 2, 3, 4, 5]);
  const [low, high] = studentInterval(symmetric, 0.95)!;
  const [corrected, same] = skewedInterval(symmetric, 0.95)!;
  near(corrected, low, 1e-9);
  near(same, high, 1e-9);
  const outage = meanError([0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
  assert.ok((skewedInterval(outage, 0.95)?.[1] ?? 0) > 1.5 * (studentInterval(outage, 0.95)?.[1] ?? 0));
  assert.is(skewedInterval(meanError([7]), 0.95), null);
});

/** Share of 4,000 studies of `n` units whose interval lies wholly below, and wholly above, the true mean. */
function misses(draw: () => number, truth: number, n: number): { below: number; above: number } {
  const studies = 4000;
  let below = 0;
  let above = 0;
  for (let study = 0; study < studies; study++) {
    const [low, high] = skewedInterval(meanError(Array.from({ length: n }, draw)), 0.95)!;
    if (high < truth) below++;
    if (low > truth) above++;
  }
  return { below: below / studies, above: above / studies };
}

test('coverage: lopsided losses are proven too small, or too large, about as often as the confidence allows', () => {
  const random = seededRandom('skewed coverage');
  const exponential = () => random.exponential(1);
  const outageIn30Percent = () => (random.next() < 0.3 ? random.exponential(1) : 0);
  const uniform = () => random.next();
  for (const [name, draw, truth, n, most] of [
    ['exponential', exponential, 1, 20, 0.05],
    ['exponential', exponential, 1, 60, 0.035],
    ['an outage in 30 %', outageIn30Percent, 0.3, 20, 0.04],
    ['an outage in 30 %', outageIn30Percent, 0.3, 60, 0.035],
    ['uniform', uniform, 0.5, 20, 0.03],
  ] as const) {
    const { below, above } = misses(draw, truth, n);
    assert.ok(below <= most && above <= 0.03, `${name}, ${n} units: below ${below}, above ${above}`);
  }
});

test('third moments add: two equal parts are less lopsided by √2', () => {
  const one = { variance: 2, df: 9, skewness: 0.5 };
  near(combineErrors(0, [one]).skewness, 0.5, 1e-12);
  near(combineErrors(0, [one, one]).skewness, 0.5 / Math.SQRT2, 1e-12);
  near(combineErrors(0, [one, { variance: 2, df: 9 }]).skewness, 0.5 / (2 * Math.SQRT2), 1e-12);
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

test('summary keeps small differences of values near one', () => {
  const { variance } = summarize([1 - 1e-9, 1, 1 + 1e-9]);
  near(variance / 1e-18, 1, 1e-6);
});

test.run();
