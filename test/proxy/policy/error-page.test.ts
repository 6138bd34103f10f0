import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProxyCause } from '../../../proxy/host/message.ts';
import type { EpochMs } from '../../../proxy/host/units.ts';
import { errorResponse } from '../../../proxy/policy/error-page.ts';

const wall = Date.UTC(2026, 0, 2, 3, 4, 5, 678) as EpochMs;
const statuses: readonly [ProxyCause, number, string][] = [
  ['sign-in-failed', 403, 'Forbidden'],
  ['token-service-unavailable', 503, 'Sign-in unavailable'],
  ['no-connector', 504, 'Gateway time-out'],
  ['connector-lost', 502, 'Connector lost'],
  ['overload', 503, 'Overloaded'],
  ['throttled', 429, 'Too many requests'],
  ['backend-unreachable', 502, 'Bad gateway'],
  ['backend-timeout', 504, 'Backend Timeout'],
  ['directory-unavailable', 502, 'Bad gateway'],
  ['not-found', 404, 'Not found'],
  ['bad-request', 400, 'Bad request'],
  ['draining', 503, 'Going away'],
];
const text = (response: ReturnType<typeof errorResponse>): string =>
  new TextDecoder().decode(response.body?.whole?.data);

test('every cause has its status, documented text, transaction id and time', () => {
  for (const [cause, status, words] of statuses) {
    const response = errorResponse(cause, { transactionId: 'abc-7', wall });
    assert.is(response.status, status);
    assert.is(response.proxyCause, cause);
    for (const part of [words, 'abc-7', '2026-01-02T03:04:05.678Z']) assert.ok(text(response).includes(part), part);
    const headers = Object.fromEntries(response.headers);
    assert.is(headers['x-holdfast-cause'], cause);
    assert.is(headers['x-holdfast-transaction'], 'abc-7');
    assert.is(headers['cache-control'], 'no-store');
  }
});

test('law: the length is right and no transaction id becomes markup or a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (transactionId) => {
      const response = errorResponse('overload', { transactionId, wall, retryAfterSeconds: 0.2 });
      const data = response.body?.whole?.data as Uint8Array;
      assert.is(data.byteLength, response.body?.whole?.bytes);
      const id = /Transaction: (.*)<\/p><p>Time/s.exec(text(response))?.[1];
      assert.not.match(id as string, /[<>"']|&(?!#\d+;)/);
      for (const [, value] of response.headers) assert.match(value, /^[\x20-\x7e]*$/);
      assert.ok(response.headers.some(([name, value]) => name === 'retry-after' && value === '1'));
    }),
  );
});

test('a finer status of the same cause may be given; the body is pulled once', () => {
  const response = errorResponse('bad-request', { transactionId: 'x', wall, status: 431 });
  assert.is(response.status, 431);
  assert.ok(response.body?.pull() !== undefined);
  assert.is(response.body?.pull(), undefined);
});

test.run();
