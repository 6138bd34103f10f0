import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { incompleteBeta } from '../../../sim/statistics/beta.ts';
import { clopperPearsonInterval } from '../../../sim/statistics/clopper-pearson.ts';
import { lnGamma } from '../../../sim/statistics/gamma.ts';
import { normalCdf, normalQuantile } from '../../../sim/statistics/normal.ts';
import { studentCdf, studentFactor, studentQuantile } from '../../../sim/statistics/student.ts';
import { unitsForZeroFailureBound, zeroFailureBound } from '../../../sim/statistics/zero-failures.ts';
import { lnChoose } from './ln-choose.ts';

const near = (actual: number, expected: number, relative = 1e-6): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not near ${expected}`);

test('ln gamma and the beta function at known points', () => {
  near(lnGamma(0.5), 0.5 * Math.log(Math.PI), 1e-12);
  near(lnGamma(11), Math.log(3628800), 1e-12);
  near(Math.exp(lnChoose(10, 3)), 120, 1e-11);
  near(incompleteBeta(0.5, 2, 3), 0.6875, 1e-12);
  near(incompleteBeta(0.3, 1, 1), 0.3, 1e-12);
});

test('normal: published values', () => {
  near(normalQuantile(0.975), 1.959963984540054, 1e-12);
  near(normalQuantile(0.995), 2.5758293035489004, 1e-12);
  near(normalQuantile(0.9995), 3.2905267314919255, 1e-11);
  near(normalCdf(-6), 9.865876450376946e-10, 1e-9);
  near(normalCdf(1), 0.8413447460685429, 1e-12);
});

test("Student's t: published two-sided 95 and 99 % factors", () => {
  for (const [df, factor] of [
    [1, 12.706204736],
    [2, 4.3026527297],
    [5, 2.5705818356],
    [10, 2.2281388519],
    [29, 2.045229642],
    [30, 2.0422724563],
    [100, 1.9839715185],
  ] as const) {
    near(studentFactor(0.95, df), factor, 1e-9);
  }
  near(studentFactor(0.99, 29), 2.7563859037, 1e-9);
  near(studentFactor(0.95, 1e7), normalQuantile(0.975), 1e-6);
});

test('law: the quantile inverts the distribution function', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      (p, df) => {
        near(studentCdf(studentQuantile(p, df), df), p, 1e-9);
      },
    ),
  );
});

test('Clopper and Pearson: published values and the ends', () => {
  const [low, high] = clopperPearsonInterval(5, 10, 0.95);
  near(low, 0.187086, 1e-5);
  near(high, 0.812914, 1e-5);
  assert.is(clopperPearsonInterval(0, 10, 0.95)[0], 0);
  near(clopperPearsonInterval(0, 10, 0.95)[1], 0.308497, 1e-5);
  assert.is(clopperPearsonInterval(10, 10, 0.95)[1], 1);
});

test('law: whatever the probability, the interval of Clopper and Pearson covers it as often as it says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (n, p) => {
      let covered = 0;
      for (let met = 0; met <= n; met++) {
        const [low, high] = clopperPearsonInterval(met, n, 0.9);
        if (low > p || high < p) continue;
        covered += Math.exp(lnChoose(n, met) + met * Math.log(p) + (n - met) * Math.log1p(-p));
      }
      assert.ok(covered >= 0.9 - 1e-9, `${covered} of ${n} at ${p}`);
    }),
  );
});

test('rule of three', () => {
  near(zeroFailureBound(1000, 0.95), 0.0029912, 1e-4);
  assert.is(unitsForZeroFailureBound(0.001, 0.95), 2995);
});

test.run();
