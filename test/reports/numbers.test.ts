import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  computedShare,
  count,
  decimalsFor,
  downtimePerYear,
  downtimeRange,
  duration,
  durationFigure,
  meanCount,
  moment,
  nines,
  portion,
  shareFigure,
  statedShare,
} from '../../reports/numbers.ts';

const sample = (value: number, low: number, high: number) => ({ value, interval: [low, high] as const, n: 60 });

test('the interval decides the digits', () => {
  assert.equal(shareFigure(sample(0.996213, 0.9958, 0.9966), null), {
    value: '99.62',
    low: '99.58',
    high: '99.66',
    unit: '%',
  });
  assert.equal(shareFigure(sample(0.9962134, 0.99618, 0.99625), null)?.value, '99.621');
  assert.is(shareFigure(sample(0.5, 0.2, 0.8), null)?.value, '50');
  assert.is(shareFigure({ value: 0.99971234, interval: null, n: 1 }, null)?.value, '99.97');
  assert.is(shareFigure({ value: null, interval: null, n: 0 }, null), null);
});

test('a proven side of the limit is kept in print, an unproven one gets no digits', () => {
  const missed = shareFigure(sample(0.99949, 0.999481, 0.999499), 0.9995);
  assert.ok(Number(missed?.high) < 99.95);
  assert.is(shareFigure(sample(0.99951, 0.9991, 0.9999), 0.9995)?.value, '99.95');
});

test('a single replication gets the digits its side of the limit needs, and no more', () => {
  assert.is(shareFigure({ value: 0.99985, interval: null, n: 1 }, 0.9999)?.value, '99.985');
  assert.is(durationFigure({ value: 90_040_000, interval: null, n: 1 }, 90_000_000)?.value, '90.04');
});

test('however narrow the interval, no more than three digits of the loss', () => {
  const { value, low, high } = shareFigure(sample(0.9983131, 0.9983126, 0.9983136), 0.999)!;
  assert.equal([value, low, high], ['99.831', '99.831', '99.832']);
  assert.is(shareFigure(sample(0.99968712, 0.9996869, 0.9996873), 0.999)?.value, '99.9687');
});

test('an upper end below 100 % is not printed as 100 % where one digit more tells them apart', () => {
  assert.is(shareFigure(sample(0.99971, 0.9994, 0.99997), 0.999)?.high, '99.997');
  assert.is(shareFigure(sample(0.99971, 0.9994, 0.9999999), 0.999)?.high, '100.00');
});

test('nothing rounds up to all or down to nothing', () => {
  assert.is(shareFigure(sample(0.9999999, 0.99, 1), null)?.value, '99.99999'.slice(0, 9));
  assert.is(shareFigure(sample(1, 0.9987, 1), null)?.value, '100');
  assert.is(shareFigure(sample(1, 0.9987, 1), null)?.low, '99.87');
});

test('law: the printed interval contains the true one, and the value keeps its side of a proven limit', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(share, share, share), share, (three, limit) => {
      const [low, value, high] = [...three].sort((a, b) => a - b) as [number, number, number];
      const figure = shareFigure(sample(value, low, high), limit);
      assert.ok(figure !== null);
      assert.ok(Number(figure.low) <= low * 100 + 2e-6 && Number(figure.high) >= high * 100 - 2e-6);
      if (value < 1) assert.ok(Number(figure.value) < 100);
      if (value < limit - 1e-7 && high < limit) assert.ok(Number(figure.value) <= limit * 100);
      if (value > limit + 1e-7 && low > limit) assert.ok(Number(figure.value) >= limit * 100);
    }),
  );
});

test('law: more spread never prints more decimals', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 50, noNaN: true }), (half) => {
      assert.ok(decimalsFor(half * 10) <= decimalsFor(half));
    }),
  );
});

test('durations choose one unit for value and interval', () => {
  assert.equal(durationFigure(sample(612_345, 598_000, 631_000), 800_000), {
    value: '612',
    low: '598',
    high: '631',
    unit: 'ms',
  });
  assert.equal(durationFigure(sample(83_000_000, 71_000_000, 104_000_000), null), {
    value: '83',
    low: '71',
    high: '104',
    unit: 's',
  });
  assert.is(durationFigure({ value: 4_123, interval: null, n: 1 }, null)?.value, '4.1');
  assert.is(durationFigure({ value: 19_480_000, interval: null, n: 1 }, null)?.value, '19');
  assert.is(shareFigure({ value: 0.9185, interval: null, n: 1 }, null)?.value, '91.9', 'two digits of what was lost');
});

test('stated values are printed as stated', () => {
  assert.is(statedShare(0.9995), '99.95 %');
  assert.is(statedShare(0.999), '99.9 %');
  assert.is(statedShare(0.99999), '99.999 %');
  assert.is(duration(800_000), '800 ms');
  assert.is(duration(90_000_000), '90 s');
  assert.is(duration(30 * 86_400_000_000), '30 d');
  assert.is(duration(0), '0 µs');
});

test('arithmetic shows its distance from certainty, at most six nines', () => {
  assert.is(computedShare(0.00022), '99.978 %');
  assert.is(computedShare(1e-10), 'over 99.9999 %');
  assert.is(computedShare(6e-30), 'over 99.9999 %');
  assert.is(computedShare(0), '100 %');
  assert.ok(nines(0.999) > 2.999 && nines(0.999) < 3.001);
  assert.is(nines(1), Number.POSITIVE_INFINITY);
});

test('counts, portions, moments and yearly loss', () => {
  assert.is(count(12_345), '12,345');
  assert.is(count(466_560_000), '467 million');
  assert.is(count(27_993_600_000), '28.0 billion');
  assert.is(count(17.83), '17.8');
  assert.is(portion(0.0004), '<0.1 %');
  assert.is(portion(0.076), '7.6 %');
  assert.is(portion(0.9996), '>99 %');
  assert.is(portion(1), '100 %');
  assert.is(meanCount(7_335.35), '7,335');
  assert.is(meanCount(3.44), '3.4');
  assert.is(meanCount(2), '2');
  assert.is(meanCount(0.01), '<0.1');
  assert.is(meanCount(0), '0');
  assert.is(moment(75), '75 s');
  assert.is(moment(2_700), '0:45:00');
  assert.is(moment(11 * 86_400 + 38_460), '11 d 10:41');
  assert.is(downtimePerYear(0.0005), '4.4 h');
  assert.is(downtimePerYear(0), 'none');
  assert.is(downtimePerYear(1e-9), 'under 1 s');
  assert.is(downtimeRange(0.00137, 0.0058), '12 h to 51 h');
  assert.is(downtimeRange(0.0000001, 0.0058), '3.2 s to 2.1 d');
  assert.is(downtimeRange(0.000000054, 0.0000076), '1.7 s to 4.0 min');
  assert.is(downtimeRange(0, 0.0058), 'none to 2.1 d');
  assert.is(downtimeRange(0.0033, 0.0033001), 'about 29 h');
});

test.run();
