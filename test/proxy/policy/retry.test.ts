import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import type { RetryRule } from '../../../proxy/policy/behaviour.ts';
import { mayRetry, RetryBudget } from '../../../proxy/policy/retry.ts';

const rule: RetryRule = { attempts: 2, budgetRatio: 0.2, burst: 3 };

test('law: a method that is not idempotent is never sent twice when it may have been processed', () => {
  fc.assert(
    fc.property(fc.constantFrom('POST', 'PATCH', 'CONNECT', 'get', 'LOCK', 'put'), fc.nat(5), fc.nat(5), (m, a, n) => {
      assert.not.ok(mayRetry({ ...rule, attempts: a }, m, 'maybe', n));
    }),
  );
});

test('idempotent methods may be repeated, others only when never processed', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) assert.ok(mayRetry(rule, method, 'maybe', 1));
  assert.ok(mayRetry(rule, 'POST', 'never', 1));
  assert.ok(mayRetry(rule, 'POST', 'never', 2));
  assert.not.ok(mayRetry(rule, 'GET', 'never', 3), 'two repeats were made');
  assert.not.ok(mayRetry({ ...rule, attempts: 0 }, 'GET', 'never', 1));
});

test('law: in the running ten seconds retries are at most a fifth of requests plus three', () => {
  const step = fc.tuple(fc.nat(1_500_000), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const budget = new RetryBudget(rule);
      const requests: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const [gap, retry] of steps) {
        now += gap;
        if (retry) {
          if (budget.tryTake(instant(now))) retries.push(now);
        } else {
          budget.onRequest(instant(now));
          requests.push(now);
        }
        const from = (Math.floor(now / 1e6) - 9) * 1e6;
        const within = (list: number[]): number => list.filter((at) => at >= from).length;
        if (retry && retries.at(-1) === now) assert.ok(within(retries) <= within(requests) * 0.2 + 3);
      }
    }),
  );
});

test('a burst is there at once and again after ten seconds; without a ratio everything is allowed', () => {
  const budget = new RetryBudget(rule);
  const take = (now: number): number => {
    let n = 0;
    while (n < 100 && budget.tryTake(instant(now))) n++;
    return n;
  };
  assert.is(take(0), 3);
  assert.is(take(9_999_999), 0);
  assert.is(take(10_000_000), 3);
  for (let i = 0; i < 100; i++) budget.onRequest(instant(30_000_000));
  assert.is(take(30_000_000), 23);
  const free = new RetryBudget({ ...rule, budgetRatio: undefined });
  for (let i = 0; i < 1000; i++) assert.ok(free.tryTake(instant(0)));
});

test.run();
