import * as client from 'openid-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../../proxy/host/cancel.ts';
import { type Fetch, oneExchange } from '../../../../proxy/node/identity/one-exchange.ts';
import type { Exchange } from '../../../../proxy/token/identity-port.ts';

const init = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' as const };
const hello: Fetch = async () => new Response('hello');

/** A call through `send`, and how often `send` was asked. */
async function run(
  call: (fetch: client.CustomFetch) => Promise<string>,
  send: Fetch = hello,
  cancel = new CancelSource(),
): Promise<{ exchange: Exchange<string>; sent: number }> {
  let sent = 0;
  const counting: Fetch = (url, more) => {
    sent++;
    return send(url, more);
  };
  return { exchange: await oneExchange(cancel, Date.now, counting, call), sent };
}
const text = async (fetch: client.CustomFetch): Promise<string> => (await fetch('https://sts.test/', init)).text();

test('one fetch is the exchange', async () => {
  assert.equal(await run(text), { exchange: { kind: 'ok', value: 'hello' }, sent: 1 });
});

test('a second fetch goes nowhere and is malformed, whatever the call makes of it', async () => {
  const refused = { exchange: { kind: 'malformed', detail: 'a second exchange in one call' }, sent: 1 };
  assert.equal(await run(async (fetch) => (await text(fetch)) + (await text(fetch))), refused);
  const swallowed = async (fetch: client.CustomFetch): Promise<string> => {
    const first = await text(fetch);
    return text(fetch).catch(() => first);
  };
  assert.equal(await run(swallowed), refused);
  const together = async (fetch: client.CustomFetch): Promise<string> =>
    (await Promise.all([text(fetch), text(fetch)])).join();
  assert.equal(await run(together), refused);
  // A retry after a failure: the first failure is not what is told, since the call did what it must not.
  const again = (fetch: client.CustomFetch): Promise<string> => text(fetch).catch(() => text(fetch));
  assert.equal(await run(again, async () => new Response('', { status: 503 })), refused);
});

test('openid-client itself fetches the keys in some modes: such a configuration gives malformed, not a second request', async () => {
  const issuer = 'https://sts.test';
  const token = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'c', sub: 'ada', iat: now, exp: now + 60 };
  const answer = {
    access_token: 'a',
    token_type: 'bearer',
    id_token: `${token({ alg: 'RS256' })}.${token(claims)}.AA`,
  };
  const { exchange, sent } = await run(
    async (fetch) => {
      const server = { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` };
      const config = new client.Configuration(server, 'c');
      config[client.customFetch] = fetch;
      client.enableNonRepudiationChecks(config);
      return (await client.refreshTokenGrant(config, 'r')).access_token;
    },
    async () => Response.json(answer),
  );
  assert.equal(exchange, { kind: 'malformed', detail: 'a second exchange in one call' });
  assert.is(sent, 1);
});

test('what became of the request is the kind, even when the call resolves all the same', async () => {
  const deaf = (fetch: client.CustomFetch): Promise<string> => text(fetch).catch(() => 'fine');
  const busy = async (): Promise<Response> => new Response('', { status: 429, headers: { 'retry-after': '7' } });
  const told = { kind: 'status', status: 429, retryAfter: 7e6 };
  assert.equal((await run(text, busy)).exchange, told);
  assert.equal((await run(deaf, busy)).exchange, told);
  const fails = (code: string) => (): Promise<Response> => {
    const cause = Object.assign(new Error('gone'), { code });
    return Promise.reject(new TypeError('fetch failed', { cause }));
  };
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED']) {
    assert.equal((await run(deaf, fails(code))).exchange, { kind: 'unreachable', detail: `${code}: gone` });
  }
  for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE']) {
    assert.equal((await run(deaf, fails(code))).exchange, { kind: 'broken', detail: `${code}: gone` });
  }
  const huge = await run(deaf, async () => new Response('x'.repeat(1_000_001)));
  assert.equal(huge.exchange, { kind: 'malformed', detail: 'more than 1000000 bytes' });
});

test('only the caller ends the wait: a signal of the library is not heard', async () => {
  const cancel = new CancelSource();
  const hang: Fetch = (_url, more) =>
    new Promise((_, reject) => {
      const { signal } = more as { signal: AbortSignal };
      signal.addEventListener('abort', () => reject(signal.reason));
      queueMicrotask(() => cancel.cancel('timeout'));
    });
  assert.equal((await run(text, hang, cancel)).exchange, { kind: 'timeout' });
  const aborted = { ...init, signal: AbortSignal.abort() };
  const heard: Fetch = async (_url, more) => {
    (more as { signal: AbortSignal }).signal.throwIfAborted();
    return new Response('hello');
  };
  const { exchange } = await run(async (fetch) => (await fetch('https://sts.test/', aborted)).text(), heard);
  assert.is(exchange.kind, 'ok');
});

test('a call that throws: before its fetch nothing was sent, after it the answer made no sense', async () => {
  const before = await run(() => Promise.reject(new Error('no address')));
  assert.equal(before, { exchange: { kind: 'unreachable', detail: 'no address' }, sent: 0 });
  const after = await run(async (fetch) => {
    await text(fetch);
    throw new Error('no sense');
  });
  assert.equal(after, { exchange: { kind: 'malformed', detail: 'no sense' }, sent: 1 });
});

test.run();
