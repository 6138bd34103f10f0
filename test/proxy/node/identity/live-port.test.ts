import type { JWTPayload } from 'jose';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../../proxy/host/cancel.ts';
import { minutes, ms, seconds } from '../../../../proxy/host/units.ts';
import { createNodeHost } from '../../../../proxy/node/host.ts';
import { readRetryAfter } from '../../../../proxy/node/identity/exchange-fetch.ts';
import { liveIdentityPort } from '../../../../proxy/node/identity/live-port.ts';
import type { SignInEnd } from '../../../../proxy/policy/identity-client.ts';
import { IdentityClient } from '../../../../proxy/policy/identity-client.ts';
import type { IdentityPort } from '../../../../proxy/token/identity-port.ts';

const issuer = 'https://sts.holdfast.test';
const callback = 'https://shop.contoso.com/.holdfast/callback';
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' };
const otherJwk = { ...(await exportJWK(other.publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' };
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
};

let nonce = '';
const asked = { metadata: 0, keys: 0, token: 0 };
const now = (): number => Math.floor(Date.now() / 1000);
const claims = (): JWTPayload => ({ iss: issuer, aud: 'holdfast', sub: 'ada', nonce, iat: now(), exp: now() + 3600 });
const signed = (payload: JWTPayload, key = privateKey, kid: string | undefined = 'k1'): Promise<string> =>
  new SignJWT(payload).setProtectedHeader(kid === undefined ? { alg: 'ES256' } : { alg: 'ES256', kid }).sign(key);
const tokenAnswer = (idToken: unknown, more: object = {}): Response =>
  HttpResponse.json({ access_token: 'a', token_type: 'Bearer', expires_in: 3600, id_token: idToken, ...more });

type Answer = () => Response | Promise<Response>;
const server = setupServer(
  http.get(`${issuer}/.well-known/openid-configuration`, () => {
    asked.metadata++;
    return HttpResponse.json(metadata);
  }),
  http.get(`${issuer}/jwks`, () => {
    asked.keys++;
    return HttpResponse.json({ keys: [jwk] });
  }),
  http.post(`${issuer}/token`, async () => {
    asked.token++;
    return tokenAnswer(await signed(claims()));
  }),
);
const paths = { metadata: '/.well-known/openid-configuration', keys: '/jwks', token: '/token' } as const;
type Endpoint = keyof typeof paths;

/** From now on this endpoint answers so; for `once` the first time only. */
function spoil(endpoint: Endpoint, answer: Answer, once = false): void {
  const count = (): Response | Promise<Response> => {
    asked[endpoint]++;
    return answer();
  };
  const make = endpoint === 'token' ? http.post : http.get;
  server.use(make(`${issuer}${paths[endpoint]}`, count, { once }));
}

// Nothing here holds a socket, and a node's own timers keep no process alive.
const alive = setInterval(() => {}, 1000);
test.before(() => server.listen({ onUnhandledRequest: 'error' }));
test.after(() => {
  server.close();
  clearInterval(alive);
});
test.before.each(() => {
  server.resetHandlers();
  asked.metadata = 0;
  asked.keys = 0;
  asked.token = 0;
});

const port = liveIdentityPort({ issuer, clientId: 'holdfast', clientSecret: 'secret secret', ca: undefined });
const net = { dial: () => Promise.reject(new Error('none')), listen: () => Promise.reject(new Error('none')) };
const host = createNodeHost({ id: 'service/1', net, logTo: { write: () => true, onDrain: () => {} } });
test.after(() => host.stop());
const spans = { exchangeTimeout: ms(250), patience: ms(900), retryFirst: ms(30), retryCap: ms(60) };
const newClient = (): IdentityClient => new IdentityClient(host, port, { ...spans, pauseAfter: 100 });

async function signIn(client = newClient()): Promise<SignInEnd> {
  const begun = await client.beginSignIn('shop', '/', callback);
  if (begun.kind !== 'redirect') return begun;
  const query = new URL(begun.url).searchParams;
  nonce = query.get('nonce') as string;
  const cookie = begun.stateCookie.split(';')[0] as string;
  return client.completeSignIn('shop', `code=c&state=${query.get('state')}&iss=${issuer}`, [['cookie', cookie]]);
}

const outcome = (end: SignInEnd): string => (end.kind === 'session' ? `session ${end.user}` : end.kind);

test('healthy: one request each for metadata, token and keys; the second sign-in asks for the token alone', async () => {
  const client = newClient();
  assert.is(outcome(await signIn(client)), 'session ada');
  assert.equal(asked, { metadata: 1, keys: 1, token: 1 });
  assert.is(outcome(await signIn(client)), 'session ada');
  assert.equal(asked, { metadata: 1, keys: 1, token: 2 });
});

const truncated: Answer = () =>
  new HttpResponse('{"issuer":"https://sts', { headers: { 'content-type': 'application/json' } });
const html: Answer = () => HttpResponse.html('<h1>Maintenance</h1>');
const hang: Answer = async () => {
  await delay('infinite');
  return HttpResponse.json({});
};
/** Fault, whether a redeem under it may be repeated. */
const lasting: readonly [string, Answer, boolean][] = [
  ['connection lost', () => HttpResponse.error(), false],
  ['500', () => new HttpResponse(null, { status: 500 }), true],
  ['503', () => new HttpResponse('busy', { status: 503 }), true],
  ['502 page', () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 }), true],
  ['429', () => new HttpResponse(null, { status: 429 }), true],
  ['hanging', hang, false],
  ['page instead of JSON', html, false],
  ['cut-off JSON', truncated, false],
  ['empty object', () => HttpResponse.json({}), false],
  ['null', () => HttpResponse.json(null), false],
  ['huge', () => HttpResponse.json({ x: 'x'.repeat(1_100_000) }), false],
];

/** What signing in comes to once the fault is gone: a busy machine may need more than one exchange time-out for it. */
async function recovered(client: IdentityClient): Promise<string> {
  let last = '';
  for (let attempt = 0; attempt < 8 && last !== 'session ada'; attempt++) last = outcome(await signIn(client));
  return last;
}

for (const endpoint of ['metadata', 'keys', 'token'] as const) {
  test(`a lasting fault of ${endpoint}: nobody is signed in, the service says so in time and recovers`, async () => {
    for (const [name, answer, repeated] of lasting) {
      server.resetHandlers();
      const client = newClient();
      asked[endpoint] = 0;
      spoil(endpoint, answer);
      const from = performance.now();
      assert.is(outcome(await signIn(client)), 'unavailable', name);
      // Generous: the bound shown is the patience, not a speed.
      assert.ok(performance.now() - from < 5000, name);
      if (endpoint === 'token') assert.is(asked.token > 1, repeated, `${name}: a code is not sent twice in vain`);
      else assert.ok(asked[endpoint] > 1 && asked[endpoint] < 40, `${name}: ${asked[endpoint]}`);
      server.resetHandlers();
      assert.is(await recovered(client), 'session ada', `${name}, healed`);
    }
  });

  test(`a passing fault of ${endpoint} is ridden out`, async () => {
    for (const [name, answer, repeated] of lasting.slice(0, 5)) {
      server.resetHandlers();
      spoil(endpoint, answer, true);
      // A code that may have been used is not sent again: the user begins anew.
      const client = newClient();
      const first = outcome(await signIn(client));
      assert.is(first, endpoint === 'token' && !repeated ? 'unavailable' : 'session ada', name);
      assert.is(await recovered(client), 'session ada', `${name}, once more`);
    }
  });
}

test('Retry-After is obeyed by everybody at the instance: short ones are waited for, long ones told', async () => {
  const client = newClient();
  const limited =
    (value: string): Answer =>
    () =>
      new HttpResponse(null, { status: 429, headers: { 'retry-after': value } });
  spoil('token', limited('3600'), true);
  const told = await signIn(client);
  assert.ok(told.kind === 'unavailable' && told.retryAfter === seconds(3600));
  const again = await signIn(client);
  assert.ok(again.kind === 'unavailable' && (again.retryAfter ?? 0) > minutes(59));
  assert.is(asked.token, 1);
  const other = newClient();
  spoil('token', limited('0'), true);
  assert.is(outcome(await signIn(other)), 'session ada');
});

test('Retry-After: seconds and dates are read, nonsense is nothing, a day is the most', () => {
  const wall = Date.UTC(2026, 0, 1);
  const read = (text: string | null): number | undefined => readRetryAfter(text, wall);
  assert.is(read('7'), 7e6);
  assert.is(read(' 0 '), 0);
  assert.is(read('Thu, 01 Jan 2026 00:00:30 GMT'), 3e7);
  assert.is(read('Wed, 31 Dec 2025 00:00:00 GMT'), 0);
  assert.is(read('999999999'), 86_400e6);
  for (const nonsense of [null, '', 'soon', '-5', '1.5', '1e9']) assert.is(read(nonsense), undefined, String(nonsense));
});

test('a 4xx from the token endpoint, and redirects, are a no', async () => {
  for (const status of [400, 401, 403]) {
    spoil('token', () => HttpResponse.json({ error: 'invalid_grant' }, { status }));
    assert.is(outcome(await signIn()), 'failed');
  }
  assert.is(asked.token, 3);
  spoil('token', () => new HttpResponse(null, { status: 307, headers: { location: 'https://evil.test/' } }));
  assert.is(outcome(await signIn()), 'failed');
});

test('rolled keys: the new key is fetched once, and a token under a key nobody published is refused', async () => {
  const client = newClient();
  await signIn(client);
  const rolled = await generateKeyPair('ES256', { extractable: true });
  const rolledJwk = { ...(await exportJWK(rolled.publicKey)), kid: 'k2' };
  spoil('token', async () => tokenAnswer(await signed(claims(), rolled.privateKey, 'k2')));
  spoil('keys', () => HttpResponse.json({ keys: [rolledJwk, jwk] }));
  assert.is(outcome(await signIn(client)), 'session ada');
  assert.is(asked.keys, 2);
  spoil('token', async () => tokenAnswer(await signed(claims(), other.privateKey, 'nobody')));
  for (let i = 0; i < 5; i++) assert.is(outcome(await signIn(client)), 'failed');
  assert.is(asked.keys, 2, 'one look-up in 30 s');
});

test('wrong keys under the right id let nobody in', async () => {
  spoil('keys', () => HttpResponse.json({ keys: [otherJwk] }));
  assert.is(outcome(await signIn()), 'failed');
});

test('forged and foreign tokens make no session', async () => {
  const publicText = await exportSPKI(publicKey);
  const hs256 = await new SignJWT(claims())
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(new TextEncoder().encode(publicText));
  const table: [string, () => Promise<string>][] = [
    ['alg none', async () => new UnsecuredJWT(claims()).encode()],
    ['HS256 with the public key', async () => hs256],
    ['another key', () => signed(claims(), other.privateKey)],
    ['another issuer', () => signed({ ...claims(), iss: 'https://evil.test' })],
    ['another audience', () => signed({ ...claims(), aud: 'other' })],
    ['several audiences, none named', () => signed({ ...claims(), aud: ['holdfast', 'other'] })],
    ['made for another', () => signed({ ...claims(), azp: 'other' })],
    ['too old', () => signed({ ...claims(), iat: now() - 7200, exp: now() - 3600 })],
    ['from the future', () => signed({ ...claims(), iat: now() + 3600, exp: now() + 7200 })],
    ['another nonce', () => signed({ ...claims(), nonce: 'x' })],
    ['no nonce', () => signed({ iss: issuer, aud: 'holdfast', sub: 'ada', iat: now(), exp: now() + 60 })],
    ['no subject', () => signed({ iss: issuer, aud: 'holdfast', nonce, iat: now(), exp: now() + 60 })],
    ['no key id', () => new SignJWT(claims()).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)],
    ['not a token', async () => 'x.y.z'],
    ['nothing', async () => undefined as unknown as string],
  ];
  for (const [name, make] of table) {
    spoil('token', async () => tokenAnswer(await make()));
    assert.is.not((await signIn()).kind, 'session', name);
  }
});

test('metadata of another issuer, or leading to plain HTTP, is not believed', async () => {
  for (const wrong of [
    { ...metadata, issuer: 'https://evil.test' },
    { ...metadata, token_endpoint: 'http://sts.holdfast.test/token' },
    { ...metadata, jwks_uri: undefined },
    { ...metadata, authorization_endpoint: 'no address' },
  ]) {
    spoil('metadata', () => HttpResponse.json(wrong));
    assert.is(outcome(await signIn()), 'unavailable', JSON.stringify(wrong));
  }
});

/** What the token endpoint was sent, call by call, from now on. */
function tokenRequests(): URLSearchParams[] {
  const sent: URLSearchParams[] = [];
  server.use(
    http.post(`${issuer}/token`, async ({ request }) => {
      sent.push(new URLSearchParams(await request.text()));
      return tokenAnswer(await signed(claims()));
    }),
  );
  return sent;
}

test('a code is sent with its verifier, address and secret, and nowhere else', async () => {
  const requests = tokenRequests();
  assert.is(outcome(await signIn()), 'session ada');
  assert.is(requests.length, 1);
  const sent = requests[0] as URLSearchParams;
  assert.is(sent.get('grant_type'), 'authorization_code');
  assert.is(sent.get('client_id'), 'holdfast');
  assert.is(sent.get('redirect_uri'), callback);
  assert.is(sent.get('client_secret'), 'secret secret');
  assert.match(sent.get('code_verifier') as string, /^[\w-]{43}$/);
});

const endpoints = {
  issuer,
  authorizationEndpoint: metadata.authorization_endpoint,
  tokenEndpoint: metadata.token_endpoint,
  keysUri: metadata.jwks_uri,
};
const portOf = (more: object): IdentityPort =>
  liveIdentityPort({ issuer, clientId: 'holdfast', clientSecret: undefined, ca: undefined, ...more });

test('a public client names itself and has no secret, for codes and for refresh tokens', async () => {
  const requests = tokenRequests();
  const bare = portOf({});
  assert.is((await bare.redeem(endpoints, 'c', 'v', callback, new CancelSource())).kind, 'ok');
  assert.is((await bare.refresh(endpoints, 'r', new CancelSource())).kind, 'ok');
  assert.equal(
    requests.map((sent) => [sent.get('grant_type'), sent.get('client_id'), sent.has('client_secret')]),
    [
      ['authorization_code', 'holdfast', false],
      ['refresh_token', 'holdfast', false],
    ],
  );
  assert.is(requests[1]?.get('refresh_token'), 'r');
});

test('what is believed of times goes by the wall clock of the part, 300 s either way', async () => {
  const at = (ahead: number): IdentityPort => portOf({ wall: () => Date.now() + ahead * 1000 });
  // The token lives from now for an hour.
  for (const [ahead, kind] of [
    [0, 'ok'],
    [3600 + 280, 'ok'],
    [3600 + 320, 'malformed'],
    [-86_400, 'ok'],
  ] as const) {
    assert.is((await at(ahead).redeem(endpoints, 'c', 'v', callback, new CancelSource())).kind, kind, `${ahead} s`);
    assert.is((await at(ahead).refresh(endpoints, 'r', new CancelSource())).kind, kind, `${ahead} s`);
  }
  spoil('token', async () => tokenAnswer(await signed({ ...claims(), nbf: now() })));
  assert.is((await at(-280).refresh(endpoints, 'r', new CancelSource())).kind, 'ok');
  assert.is((await at(-320).refresh(endpoints, 'r', new CancelSource())).kind, 'malformed');
});

test('metadata over plain HTTP is only asked for when the issuer says http', async () => {
  const plain = 'http://sts.holdfast.test';
  const of = (scheme: string): Record<string, string> =>
    Object.fromEntries(Object.entries(metadata).map(([name, url]) => [name, url.replace(issuer, scheme)]));
  server.use(http.get(`${plain}/.well-known/openid-configuration`, () => HttpResponse.json(of(plain))));
  const found = await portOf({ issuer: plain }).metadata(new CancelSource());
  assert.ok(found.kind === 'ok' && found.value.tokenEndpoint === `${plain}/token`);
});

test('an issuer whose metadata the library lets pass under another name is still malformed', async () => {
  const entra = 'https://login.microsoftonline.com/common/v2.0';
  const told = { ...metadata, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' };
  server.use(http.get(`${entra}/.well-known/openid-configuration`, () => HttpResponse.json(told)));
  assert.is((await portOf({ issuer: entra }).metadata(new CancelSource())).kind, 'malformed');
});

test.run();
