import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { micros, ms, seconds } from '../../../proxy/host/units.ts';
import { ceiling, fullJitter } from '../../../proxy/policy/backoff.ts';

test('law: a whole span in [0, min(cap, base × 2^attempt)]', () => {
  const span = fc.integer({ min: 0, max: 600_000_000 });
  fc.assert(
    fc.property(fc.nat(1000), span, span, fc.string(), (attempt, base, cap, seed) => {
      const wait = fullJitter(attempt, micros(base), micros(cap), seededRandom(seed));
      assert.ok(Number.isInteger(wait) && wait >= 0 && wait <= cap);
      assert.ok(wait <= base * 2 ** Math.min(attempt, 60));
    }),
  );
});

test('the ceiling doubles up to the cap', () => {
  const list = [0, 1, 2, 3, 4, 5, 400].map((attempt) => ceiling(attempt, seconds(1), seconds(30)) / 1e6);
  assert.equal(list, [1, 2, 4, 8, 16, 30, 30]);
});

test('jitter is full: the mean is half the ceiling', () => {
  const random = seededRandom('mean');
  let sum = 0;
  for (let i = 0; i < 10_000; i++) sum += fullJitter(3, ms(100), seconds(30), random);
  assert.ok(Math.abs(sum / 10_000 - 400_000) < 8_000, String(sum));
});

test.run();
