import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  formatByteRate,
  formatDuration,
  formatShare,
  parseByteRate,
  parseDuration,
  parseShare,
} from '../../../sim/plan/quantities.ts';

test('durations', () => {
  assert.is(parseDuration('45m'), 2_700_000_000);
  assert.is(parseDuration('1h30m'), 5_400_000_000);
  assert.is(parseDuration('1.5s'), 1_500_000);
  assert.is(parseDuration('0s'), 0);
  for (const wrong of ['', '45', 'm', '-1s', '1 s', '1e3s', '999999999d']) assert.is(parseDuration(wrong), undefined);
});

test('shares are read by moving the point, not by dividing', () => {
  assert.is(parseShare('99.9%'), 0.999);
  assert.is(parseShare('99.99%'), 0.9999);
  assert.is(parseShare('0%'), 0);
  for (const wrong of ['99.9', '101%', '-1%', '%']) assert.is(parseShare(wrong), undefined);
});

test('rates of bytes', () => {
  assert.is(parseByteRate('10Mbit/s'), 1_250_000);
  assert.is(parseByteRate('250kB/s'), 250_000);
  for (const wrong of ['10', '0B/s', '10Mb', '1GB/s']) assert.is(parseByteRate(wrong), undefined);
});

test('law: what is printed reads back the same', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (span) => parseDuration(formatDuration(span)) === span));
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), (rate) => parseByteRate(formatByteRate(rate)) === rate));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
      const value = Number(`${digits}e-${places}`);
      const share = parseShare(`${value.toFixed(places)}%`);
      if (value > 100) return share === undefined;
      return share !== undefined && parseShare(formatShare(share)) === share;
    }),
  );
});

test.run();
