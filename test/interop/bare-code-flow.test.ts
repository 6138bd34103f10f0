/** The token service spoken to by hand: fetch and node:crypto as the standards read, no OpenID library on this side. */
import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Browser } from '../proxy/node/identity/browser.ts';
import { callback, type Live, live } from '../proxy/node/identity/live-setup.ts';

type Json = Record<string, unknown>;
let setup: Live;
let metadata: Record<string, string>;
test.before(async () => {
  setup = await live();
  const answer = await fetch(`${setup.service.issuer}/.well-known/openid-configuration`);
  metadata = (await answer.json()) as Record<string, string>;
});
test.after(() => setup.close());

const random = (): string => randomBytes(32).toString('base64url');
const parse = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Sends Ada through the page; resolves with the parameters of the address that leads back (RFC 6749 4.1.2). */
async function codeFor(verifier: string, state: string, nonce: string): Promise<URLSearchParams> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'holdfast',
    redirect_uri: callback,
    scope: 'openid',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const browser = new Browser();
  const { issuer } = setup.service;
  const page = await browser.follow(`${metadata['authorization_endpoint']}?${query}`, issuer);
  if ('away' in page) throw new Error(`no page: ${page.away}`);
  await page.answer.body?.cancel();
  const back = await browser.follow(page.url, issuer, { user: 'ada@contoso.com', password: 'pa55' });
  if (!('away' in back)) throw new Error(`status ${back.answer.status}`);
  assert.ok(back.away.startsWith(`${callback}?`));
  return new URL(back.away).searchParams;
}

/** A token request (RFC 6749 4.1.3, RFC 7636 4.5). */
async function redeem(code: string, verifier: string): Promise<{ status: number; body: Json }> {
  const answer = await fetch(metadata['token_endpoint'] as string, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      code_verifier: verifier,
      client_id: 'holdfast',
      client_secret: 'client secret',
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}

/** Whether the published key that the header names made the signature (RFC 7515 5.2, RFC 7518 3.4). */
async function signatureHolds(idToken: string): Promise<boolean> {
  const [head = '', payload = '', signature = ''] = idToken.split('.');
  const { alg, kid } = parse(head);
  assert.is(alg, 'ES256');
  const { keys } = (await (await fetch(metadata['jwks_uri'] as string)).json()) as { keys: JsonWebKey[] };
  const key = keys.find((one) => one['kid'] === kid);
  assert.ok(key !== undefined && !('d' in key), 'published, and only its public half');
  return verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
}

test('a code flow by hand ends in an ID token that is signed, ours and of now', async () => {
  const [verifier, state, nonce] = [random(), random(), random()];
  const back = await codeFor(verifier, state, nonce);
  assert.is(back.get('state'), state);
  assert.is(back.get('iss'), setup.service.issuer);
  const { status, body } = await redeem(back.get('code') as string, verifier);
  assert.is(status, 200);
  assert.is((body['token_type'] as string).toLowerCase(), 'bearer');
  const idToken = body['id_token'] as string;
  assert.ok(await signatureHolds(idToken));
  const claims = parse(idToken.split('.')[1] as string);
  assert.is(claims['iss'], setup.service.issuer);
  assert.is(claims['aud'], 'holdfast');
  assert.is(claims['sub'], 'ada@contoso.com');
  assert.is(claims['nonce'], nonce);
  assert.ok(Math.abs((claims['iat'] as number) - Date.now() / 1000) < 60);
  assert.ok((claims['exp'] as number) > Date.now() / 1000);
});

test('a code is good once, and only with its verifier', async () => {
  const [verifier, other] = [random(), random()];
  const wrong = await redeem((await codeFor(other, 's', 'n')).get('code') as string, verifier);
  assert.equal([wrong.status, wrong.body['error']], [400, 'invalid_grant']);
  const code = (await codeFor(verifier, 's', 'n')).get('code') as string;
  assert.is((await redeem(code, verifier)).status, 200);
  const again = await redeem(code, verifier);
  assert.equal([again.status, again.body['error']], [400, 'invalid_grant']);
});

test.run();
