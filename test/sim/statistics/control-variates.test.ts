import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { controlledMean } from '../../../sim/statistics/control-variates.ts';
import { meanError, studentInterval } from '../../../sim/statistics/interval.ts';

test('what a control explains altogether has no error left', () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i]);
  const of = controlledMean(
    rows.map(([c]) => 3 + 2 * c!),
    { rows, expected: [5] },
  );
  assert.ok(Math.abs(of.mean - 13) < 1e-9);
  assert.ok(of.standardError < 1e-9);
  assert.is(of.df, 18);
});

test('a control seldom seen, or two that say the same, leave the plain mean', () => {
  const values = Array.from({ length: 20 }, (_, i) => i);
  const plain = meanError(values);
  assert.equal(controlledMean(values, { rows: values.map((i) => [i < 4 ? 1 : 0]), expected: [0.1] }), plain);
  assert.equal(controlledMean(values, { rows: values.map((i) => [i, 2 * i]), expected: [1, 2] }), plain);
  assert.equal(controlledMean(values, { rows: values.map(() => []), expected: [] }), plain);
});

test('intervals cover the truth as promised, and are narrower than plain ones, for skewed values', () => {
  const random = seededRandom('controls');
  const studies = 2000;
  let covered = 0;
  let ratio = 0;
  for (let study = 0; study < studies; study++) {
    const rows = Array.from({ length: 30 }, () => [random.exponential(1), random.exponential(2)]);
    const values = rows.map(([a, b]) => 3 * a! + b! + random.exponential(0.5));
    const of = controlledMean(values, { rows, expected: [1, 2] });
    const [low, high] = studentInterval(of, 0.95)!;
    if (low <= 5.5 && 5.5 <= high) covered++;
    ratio += of.standardError / meanError(values).standardError / studies;
  }
  assert.ok(covered / studies > 0.93 && covered / studies < 0.97, `${covered} of ${studies}`);
  assert.ok(ratio < 0.3, `${ratio}`);
});

test.run();
