import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../../proxy/host/errors.ts';
import type { BodySource, HeaderPairs, RequestMessage } from '../../../proxy/host/message.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { scriptedOrigin } from '../origins.ts';
import { drainBody } from './drain-body.ts';
import { ProxyRig } from './proxy-rig.ts';

const fields = (count: number): HeaderPairs => Array.from({ length: count }, (_, i) => [`x-${i}`, 'v'] as const);

function broken(code: `ERR_${string}`): BodySource {
  return { pull: () => Promise.reject(new HoldfastError(code, 'the body broke off')), cancel: () => {} };
}

interface Row {
  readonly title: string;
  readonly change: (request: RequestMessage) => RequestMessage;
  readonly status: number;
}

const withFields = (more: HeaderPairs) => (request: RequestMessage) => ({
  ...request,
  headers: [...request.headers, ...more],
});

const rows: readonly Row[] = [
  { title: 'more fields than a tunnel carries', change: withFields(fields(253)), status: 431 },
  { title: 'as many fields as the front takes', change: withFields(fields(239)), status: 200 },
  { title: 'a thousand fields', change: withFields(fields(1000)), status: 431 },
  { title: 'fields of 40 KB', change: withFields([['x-large', 'x'.repeat(40_000)]]), status: 431 },
  {
    title: '18 000 latin-1 letters, twice as long in a tunnel',
    change: withFields([['x', 'é'.repeat(18_000)]]),
    status: 431,
  },
  { title: 'a ticket of 32 KB', change: withFields([['authorization', 'x'.repeat(32_000)]]), status: 200 },
  { title: 'a target of 9 KB', change: (request) => ({ ...request, target: `/${'x'.repeat(9_000)}` }), status: 414 },
  { title: 'a loop', change: withFields([['via', '1.1 holdfast-service-1']]), status: 508 },
  { title: 'silence in the body', change: (request) => ({ ...request, body: broken('ERR_BODY_IDLE') }), status: 408 },
  {
    title: 'a body that breaks off',
    change: (request) => ({ ...request, body: broken('ERR_CLIENT_ABORTED') }),
    status: 400,
  },
];

for (const { title, change, status } of rows) {
  test(`${title}: ${status}, and no connector pays for it`, async () => {
    const rig = await ProxyRig.start({
      connectors: 2,
      behaviour: hardened,
      origin: scriptedOrigin(async (_url, request) => {
        await drainBody(request.body).catch(() => {});
        return { kind: 'answer', response: { status: 200, headers: [], body: undefined } };
      }),
    });
    try {
      const request = change(rig.request('/a'));
      // more often than a connector may fail in a row
      for (let i = 0; i < 12; i++) {
        const answer = await rig.ask({ ...request, method: 'PUT' });
        assert.is(answer.status, status);
        assert.is(answer.proxyCause, status === 200 ? undefined : 'bad-request');
      }
      assert.is(rig.service.metrics().retried, 0);
      assert.is((await rig.ask(rig.request('/a'))).status, 200);
    } finally {
      await rig.stop();
    }
  });
}

test.run();
