import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RequestHead, ResetCode } from '../../../proxy/host/frame.ts';
import { failureOf } from '../../../proxy/service/attempt-failure.ts';

const head: RequestHead = {
  method: 'PUT',
  host: 'shop.example',
  target: '/a',
  headers: [],
  application: 'shop',
  user: 'ada',
  timeoutUs: 1,
  transactionId: 't',
};

test('only a connector’s own failures are held against it', () => {
  const blamed = (code: ResetCode, bodyError?: string): string =>
    failureOf(
      { kind: 'reset', code, detail: '', processed: 'maybe', ...(bodyError === undefined ? {} : { bodyError }) },
      false,
      head,
    ).blame;
  assert.is(blamed('cancelled'), 'client', 'the user left');
  assert.is(blamed('cancelled', 'ERR_BODY_IDLE'), 'client');
  assert.is(blamed('protocol'), 'client', 'a head that may not travel');
  assert.is(blamed('overload'), 'application');
  assert.is(blamed('backend-unreachable'), 'route');
  assert.is(blamed('internal'), 'connector');
  assert.is(failureOf({ kind: 'lost', detail: '', processed: 'maybe' }, false, head).blame, 'connector');
  assert.is(
    failureOf({ kind: 'reset', code: 'cancelled', detail: '', processed: 'maybe' }, true, head).blame,
    'connector',
  );
});

test.run();
