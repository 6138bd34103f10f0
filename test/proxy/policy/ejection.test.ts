import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { instant, seconds } from '../../../proxy/host/units.ts';
import type { EjectionRule } from '../../../proxy/policy/behaviour.ts';
import { Ejection } from '../../../proxy/policy/ejection.ts';

const rule: EjectionRule = { consecutiveFailures: 5, baseSpan: seconds(5), maxSpan: seconds(300), maxShare: 0.5 };
const group = (n: number): { id: string }[] => Array.from({ length: n }, (_, i) => ({ id: `c${i}` }));
const fail = (ejection: Ejection, id: string, now: number, times = 5): void => {
  for (let i = 0; i < times; i++) ejection.failed(id, instant(now));
};

test('law: whatever fails, of n at most floor(n × share) are out, never all, and never more than half', () => {
  const step = fc.tuple(fc.nat(7), fc.boolean(), fc.nat(3_000_000));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), share, fc.array(step, { maxLength: 200 }), (n, maxShare, steps) => {
      const ejection = new Ejection({ ...rule, consecutiveFailures: 2, maxShare }, seededRandom('law'));
      const all = group(n);
      let now = 0;
      for (const [who, good, gap] of steps) {
        now += gap;
        if (good) ejection.succeeded(`c${who % n}`, instant(now));
        else ejection.failed(`c${who % n}`, instant(now));
        const left = ejection.eligible(all, instant(now));
        const out = n - left.length;
        assert.ok(left.length >= 1);
        assert.ok(out <= Math.floor(n * maxShare) && left.length * 2 >= n);
        assert.ok(left.every((member) => all.includes(member)));
        if (out === 0) assert.is(left, all, 'the same array when nobody is out');
      }
    }),
  );
});

test('law: members that never fail are always eligible, and everybody is once all spans are over', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 100 }), (failures) => {
      const ejection = new Ejection(rule, seededRandom('law'));
      const all = group(5);
      failures.forEach((who, i) => {
        ejection.failed(`c${who}`, instant(i * 100_000));
        assert.ok(ejection.eligible(all, instant(i * 100_000)).some(({ id }) => id === 'c4'));
      });
      assert.is(ejection.eligible(all, instant(failures.length * 100_000 + 300_000_000)), all);
    }),
  );
});

test('five failures in a row eject, a success between starts the count anew', () => {
  const ejection = new Ejection(rule, seededRandom(1));
  const all = group(3);
  fail(ejection, 'c1', 0, 4);
  ejection.succeeded('c1', instant(0));
  fail(ejection, 'c1', 0, 4);
  assert.is(ejection.eligible(all, instant(0)), all);
  ejection.failed('c1', instant(0));
  assert.equal(
    ejection.eligible(all, instant(0)).map(({ id }) => id),
    ['c0', 'c2'],
  );
});

test('the first ejection lasts 5 s ± 20 %, the second about twice as long, good service earns the first back', () => {
  const lasts = (ejection: Ejection, from: number): number => {
    fail(ejection, 'c1', from);
    let span = 0;
    while (ejection.isEjected('c1', instant(from + span))) span += 10_000;
    return span / 1e6;
  };
  for (let seed = 0; seed < 30; seed++) {
    const ejection = new Ejection(rule, seededRandom(seed));
    const first = lasts(ejection, 0);
    assert.ok(first >= 4 && first <= 6.01, `first ${first}`);
    const second = lasts(ejection, Math.round(first * 1e6));
    assert.ok(second >= 8 && second <= 12.01, `second ${second}`);
    const third = lasts(ejection, 100_000_000);
    assert.ok(third >= 4 && third <= 6.01, `third ${third}`);
  }
});

test('no span is beyond the cap', () => {
  const ejection = new Ejection({ ...rule, maxSpan: seconds(12) }, seededRandom(1));
  let now = 0;
  for (let i = 0; i < 20; i++) {
    fail(ejection, 'c1', now);
    assert.not.ok(ejection.isEjected('c1', instant(now + 12_000_000)));
    while (ejection.isEjected('c1', instant(now))) now += 100_000;
  }
});

test('with two members only one is out, with one nobody', () => {
  const ejection = new Ejection(rule, seededRandom(1));
  fail(ejection, 'c0', 0);
  fail(ejection, 'c1', 1);
  assert.equal(
    ejection.eligible(group(2), instant(2)).map(({ id }) => id),
    ['c1'],
  );
  assert.is(ejection.eligible(group(1), instant(2)).length, 1);
  ejection.forget('c0');
  assert.equal(
    ejection.eligible(group(2), instant(2)).map(({ id }) => id),
    ['c0'],
  );
});

test('beyond the share the earliest ejections are honoured; beyond half nobody is out', () => {
  const left = (share: number, n: number, failing: readonly string[]): string[] => {
    const ejection = new Ejection({ ...rule, maxShare: share }, seededRandom(1));
    for (const [i, id] of failing.entries()) fail(ejection, id, i);
    return ejection.eligible(group(n), instant(10)).map(({ id }) => id);
  };
  assert.equal(left(0.5, 2, ['c1', 'c0']), ['c0']);
  assert.equal(left(0.5, 4, ['c3', 'c2', 'c0']), ['c0', 'c1']);
  assert.equal(left(1, 2, ['c1', 'c0']), ['c0'], 'never the last');
  assert.equal(left(1, 4, ['c3', 'c2', 'c0']), ['c0', 'c1', 'c2', 'c3'], 'panic');
});

test('after an ejection, too, a success starts the count anew', () => {
  const ejection = new Ejection(rule, seededRandom(1));
  fail(ejection, 'c1', 0);
  const later = 6_000_001;
  fail(ejection, 'c1', later, 4);
  ejection.succeeded('c1', instant(later));
  fail(ejection, 'c1', later, 4);
  assert.not.ok(ejection.isEjected('c1', instant(later)));
  ejection.failed('c1', instant(later));
  assert.ok(ejection.isEjected('c1', instant(later)));
});

test('without a rule nobody is ever ejected', () => {
  const ejection = new Ejection(undefined, seededRandom(1));
  fail(ejection, 'c0', 0, 100);
  const all = group(4);
  assert.is(ejection.eligible(all, instant(0)), all);
});

test.run();
