/** The library used as its manual says, with its own checks of state, nonce and times, which the service leaves to proxy/policy. */
import * as client from 'openid-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Browser } from '../proxy/node/identity/browser.ts';
import { callback, type Live, live } from '../proxy/node/identity/live-setup.ts';

let setup: Live;
let config: client.Configuration;
test.before(async () => {
  setup = await live();
  config = await client.discovery(
    new URL(setup.service.issuer),
    'holdfast',
    undefined,
    client.ClientSecretPost('client secret'),
    // loopback without TLS; the option is marked deprecated so that it stands out
    { execute: [client.allowInsecureRequests] },
  );
});
test.after(() => setup.close());

/** Signs Ada in on the page; resolves with the address that leads back to the application. */
async function signIn(address: URL): Promise<URL> {
  const browser = new Browser();
  const page = await browser.follow(address.href, setup.service.issuer);
  if ('away' in page) throw new Error(`no page: ${page.away}`);
  await page.answer.body?.cancel();
  const form = { user: 'ada@contoso.com', password: 'pa55' };
  const back = await browser.follow(page.url, setup.service.issuer, form);
  if (!('away' in back)) throw new Error(`status ${back.answer.status}`);
  return new URL(back.away);
}

async function begin(): Promise<{ address: URL; checks: client.AuthorizationCodeGrantChecks }> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { address, checks };
}

test('openid-client with all its checks signs in by code flow with PKCE and believes the ID token', async () => {
  const { address, checks } = await begin();
  const tokens = await client.authorizationCodeGrant(config, await signIn(address), checks);
  assert.is(tokens.claims()?.sub, 'ada@contoso.com');
  assert.ok((tokens.expiresIn() ?? 0) > 0);
  assert.is(tokens.token_type, 'bearer');
});

test('a code with another verifier is refused', async () => {
  const { address, checks } = await begin();
  const other = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  try {
    await client.authorizationCodeGrant(config, await signIn(address), other);
    assert.unreachable();
  } catch (error) {
    assert.is((error as client.ResponseBodyError).error, 'invalid_grant');
  }
});

test.run();
