import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros, ms, seconds } from '../../../proxy/host/units.ts';
import { PeakEwma } from '../../../proxy/policy/peak-ewma.ts';

const observations = fc.array(fc.tuple(fc.nat(30_000_000), fc.nat(10_000_000)), { minLength: 1, maxLength: 40 });

test('the estimate is 30 ms before the first observation, whenever it is asked', () => {
  assert.is(new PeakEwma().value(instant(0)), 30_000);
  assert.is(new PeakEwma().value(instant(1e12)), 30_000);
});

test('law: right after an observation the estimate is at least what was observed (peak)', () => {
  fc.assert(
    fc.property(observations, (list) => {
      const ewma = new PeakEwma();
      let now = 0;
      for (const [gap, rtt] of list) {
        now += gap;
        ewma.observe(instant(now), micros(rtt));
        assert.ok(ewma.value(instant(now)) >= rtt);
      }
    }),
  );
});

test('law: the estimate never exceeds the largest observation or the first guess', () => {
  fc.assert(
    fc.property(observations, (list) => {
      const ewma = new PeakEwma();
      let now = 0;
      for (const [gap, rtt] of list) {
        now += gap;
        ewma.observe(instant(now), micros(rtt));
      }
      const most = Math.max(30_000, ...list.map(([, rtt]) => rtt));
      assert.ok(ewma.value(instant(now)) <= most * 1.000001);
    }),
  );
});

test('law: it only falls while nothing is observed, to 1/e after one decay', () => {
  fc.assert(
    fc.property(observations, fc.nat(60_000_000), (list, later) => {
      const ewma = new PeakEwma();
      let now = 0;
      for (const [gap, rtt] of list) {
        now += gap;
        ewma.observe(instant(now), micros(rtt));
      }
      const then = ewma.value(instant(now));
      assert.ok(ewma.value(instant(now + later)) <= then);
      assert.ok(Math.abs(ewma.value(instant(now + 10_000_000)) - then * Math.exp(-1)) <= then * 1e-9 + 1e-9);
    }),
  );
});

test('it comes down slowly: one fast answer after a slow one hardly counts, ten seconds of them do', () => {
  const ewma = new PeakEwma(seconds(10));
  ewma.observe(instant(0), ms(1000));
  ewma.observe(instant(100_000), ms(10));
  assert.ok(ewma.value(instant(100_000)) > 980_000);
  for (let t = 200_000; t <= 60_000_000; t += 100_000) ewma.observe(instant(t), ms(10));
  assert.ok(ewma.value(instant(60_000_000)) < 15_000);
});

test.run();
