import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seconds } from '../../../proxy/host/units.ts';
import { classify, type ObservedEnd } from '../../../sim/measure/classify.ts';

const deadline = seconds(10);
const at = (end: ObservedEnd, elapsedS = 1, peer: 'service' | 'token-service' = 'service') => {
  const { outcome, cause } = classify({ elapsed: seconds(elapsedS), deadline, peer, end });
  return `${outcome} ${cause}`;
};
const answer = (status: number): ObservedEnd => ({ kind: 'answer', status, proxyCause: null });

test("the application's own answer within the deadline is ok, whatever it says below 500", () => {
  for (const status of [101, 200, 302, 404, 499]) assert.is(at(answer(status)), 'ok none');
  assert.is(at(answer(500)), 'failed backend-error');
});

test('the deadline is inclusive', () => {
  assert.is(at(answer(200), 10), 'ok none');
  assert.is(at(answer(200), 10.000001), 'failed late');
});

test('a redirect to the sign-in alone is never ok', () => {
  assert.is(at({ kind: 'answer', status: 302, proxyCause: 'sign-in' }), 'failed sign-in-incomplete');
});

test('a cause the proxy stated wins over late', () => {
  assert.is(at({ kind: 'answer', status: 504, proxyCause: 'no-connector' }, 20), 'failed no-connector');
});

test('transport errors keep their own names', () => {
  assert.is(at({ kind: 'refused' }), 'failed service-unreachable');
  assert.is(at({ kind: 'reset' }), 'failed connection-reset');
  assert.is(at({ kind: 'silence' }, 10), 'failed user-timeout');
});

test('an open request is unknown until its deadline and failed after it', () => {
  assert.is(at({ kind: 'undecided' }, 10), 'unknown undecided');
  assert.is(at({ kind: 'undecided' }, 10.1), 'failed user-timeout');
  assert.is(at({ kind: 'undecided' }, 3, 'token-service'), 'unknown undecided');
});

test('a journey that ended at the token service is named by it', () => {
  assert.is(at({ kind: 'refused' }, 1, 'token-service'), 'failed token-service-unavailable');
  assert.is(at({ kind: 'silence' }, 10, 'token-service'), 'failed token-service-unavailable');
  assert.is(at(answer(429), 1, 'token-service'), 'failed token-service-unavailable');
  assert.is(at(answer(503), 1, 'token-service'), 'failed token-service-unavailable');
  assert.is(at(answer(400), 1, 'token-service'), 'failed sign-in-failed');
  assert.is(at(answer(200), 1, 'token-service'), 'failed sign-in-incomplete');
});

test('law: ok exactly when an application answer below 500 came from the service in time; cause none exactly when ok', () => {
  const end = fc.oneof(
    fc.record({
      kind: fc.constant('answer' as const),
      status: fc.integer({ min: 100, max: 599 }),
      proxyCause: fc.constantFrom(null, 'overload' as const, 'sign-in' as const, 'draining' as const),
    }),
    fc.constantFrom<ObservedEnd[]>({ kind: 'refused' }, { kind: 'reset' }, { kind: 'silence' }, { kind: 'undecided' }),
  );
  fc.assert(
    fc.property(end, fc.integer({ min: 0, max: 20 }), fc.boolean(), (how, elapsedS, atService) => {
      const peer = atService ? 'service' : 'token-service';
      const seen = classify({ elapsed: seconds(elapsedS), deadline, peer, end: how });
      const own = how.kind === 'answer' && how.proxyCause === null && how.status < 500 && atService && elapsedS <= 10;
      assert.is(seen.outcome === 'ok', own);
      assert.is(seen.cause === 'none', own);
      assert.is(seen.outcome === 'unknown', how.kind === 'undecided' && elapsedS <= 10);
    }),
  );
});

test.run();
