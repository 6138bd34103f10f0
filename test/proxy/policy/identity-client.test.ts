import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs } from '../../../proxy/host/message.ts';
import { hours, minutes, seconds, toSeconds } from '../../../proxy/host/units.ts';
import type { SignInEnd } from '../../../proxy/policy/identity-client.ts';
import { IdentityClient } from '../../../proxy/policy/identity-client.ts';
import { signInCookieName } from '../../../proxy/policy/sign-in-state.ts';
import type { Exchange } from '../../../proxy/token/identity-port.ts';
import { ManualClock } from '../manual-clock.ts';
import { manualHost } from '../manual-host.ts';
import { ScriptedPort } from './scripted-port.ts';

const callback = 'https://shop.contoso.com/.holdfast/callback';

interface Begun {
  readonly state: string;
  readonly headers: HeaderPairs;
}

const cookieName = ({ headers }: Begun): string | undefined => headers[0]?.[1].split('=')[0];
/** First letter of a state that has its cookie in another place. */
const nextPlace = ({ state }: Begun): string => String.fromCharCode(state.charCodeAt(0) + 1);

class Setup {
  readonly clock = new ManualClock();
  readonly host = manualHost(this.clock);
  readonly port = new ScriptedPort();
  readonly client = new IdentityClient(this.host, this.port);

  async begin(returnTo = '/a'): Promise<Begun> {
    const begun = await this.clock.until(this.client.beginSignIn('shop', returnTo, callback));
    if (begun.kind !== 'redirect') throw new Error(begun.detail);
    const state = new URL(begun.url).searchParams.get('state') as string;
    return { state, headers: [['cookie', begun.stateCookie.split(';')[0] as string]] };
  }

  complete({ state, headers }: Begun, query = 'code=c', application = 'shop'): Promise<SignInEnd> {
    return this.clock.until(this.client.completeSignIn(application, `?${query}&state=${state}`, headers));
  }

  async signIn(): Promise<SignInEnd> {
    return this.complete(await this.begin());
  }

  get now(): number {
    return toSeconds(this.clock.now());
  }
}

test('a user is signed in, for as long as the access token lives, and sent back', async () => {
  const setup = new Setup();
  const end = await setup.complete(await setup.begin('/orders?id=1'));
  assert.is(end.kind, 'session');
  if (end.kind !== 'session') return;
  assert.is(end.user, 'ada@contoso.com');
  assert.is(end.returnTo, '/orders?id=1');
  assert.is(end.expiresAt, setup.clock.wall() + 3_600_000);
  assert.match(end.clearCookie, /^__Host-holdfast-signin\.\d-shop=; .*Max-Age=0$/);
  const asked = { metadata: 1, keys: 1, redeem: 1, verify: 1 };
  assert.equal(setup.port.asked, asked);
  await setup.signIn();
  assert.equal(setup.port.asked, { ...asked, redeem: 2, verify: 2 }, 'metadata and keys are cached');
});

test('any instance completes what another began, if they share the secret', async () => {
  const one = new Setup();
  const other = new Setup();
  const begun = await one.begin();
  other.port.nonce = one.port.nonce;
  assert.is((await other.complete(begun)).kind, 'session');
  const stranger = new Setup();
  const client = new IdentityClient(manualHost(stranger.clock, 'x', 'other secret'), stranger.port);
  const end = await client.completeSignIn('shop', `code=c&state=${begun.state}`, begun.headers);
  assert.is(end.kind, 'failed');
});

test('a callback that is not what this browser began is refused without asking the token service', async () => {
  const setup = new Setup();
  const begun = await setup.begin();
  // of a browser whose cookie does not happen to stand in the same place (then this sign-in would be overtaken)
  let other = await setup.begin();
  while (signInCookieName('shop', other.state) === signInCookieName('shop', begun.state)) other = await setup.begin();
  const cases: [string, Promise<SignInEnd>][] = [
    ['no cookie', setup.complete({ ...begun, headers: [] })],
    ['cookie of another sign-in', setup.complete({ ...begun, headers: other.headers })],
    ['cookie twice', setup.complete({ ...begun, headers: [...begun.headers, ...begun.headers] })],
    ['made-up state', setup.complete({ ...begun, state: `${nextPlace(begun)}${'x'.repeat(21)}` })],
    ['no state', setup.client.completeSignIn('shop', 'code=c', begun.headers)],
    ['state twice', setup.complete(begun, `code=c&state=${begun.state}`)],
    ['code twice', setup.complete(begun, 'code=c&code=d')],
    ['other application', setup.complete(begun, 'code=c', 'admin')],
    ['no code', setup.complete(begun, 'x=y')],
    ['issuer mix-up', setup.complete(begun, 'code=c&iss=https://evil.test')],
    ['denied', setup.complete(begun, 'error=access_denied')],
    ['error as markup', setup.complete(begun, 'error=%3Cscript%3E')],
  ];
  for (const [name, end] of cases) {
    const result = await end;
    assert.is(result.kind, 'failed', name);
    if (result.kind === 'failed') assert.not.match(result.detail, /</);
  }
  assert.is(setup.port.asked.redeem, 0);
  assert.is((await setup.complete(begun, 'error=temporarily_unavailable')).kind, 'unavailable');
  await setup.clock.pass(minutes(10));
  assert.equal(await setup.complete(begun), { kind: 'failed', detail: 'state: wrong or too old' });
});

test('a sign-in whose cookie a later one of the same browser replaced begins anew, it does not fail', async () => {
  const setup = new Setup();
  const begun = await setup.begin();
  const place = cookieName(begun);
  let later = await setup.begin();
  while (cookieName(later) !== place) later = await setup.begin();
  assert.is((await setup.complete({ ...begun, headers: later.headers })).kind, 'overtaken');
  assert.is(setup.port.asked.redeem, 0);
  assert.is((await setup.complete(later)).kind, 'session', 'the later one goes on');
});

test('a token for another nonce is no session', async () => {
  const setup = new Setup();
  const first = await setup.begin();
  await setup.begin();
  const end = await setup.complete(first);
  assert.equal(end, { kind: 'failed', detail: 'token: nonce of another sign-in' });
});

test('a 4xx of the token endpoint is a no, at once', async () => {
  const setup = new Setup();
  setup.port.redeemAnswers = [{ kind: 'status', status: 400, retryAfter: undefined }];
  assert.is((await setup.signIn()).kind, 'failed');
  assert.is(setup.port.asked.redeem, 1);
});

test('5xx without Retry-After: the first repeat comes after at least 5 s', async () => {
  const setup = new Setup();
  setup.port.redeemAnswers = [
    { kind: 'status', status: 503, retryAfter: undefined },
    { kind: 'ok', value: null },
  ];
  assert.is((await setup.signIn()).kind, 'session');
  assert.ok(setup.now >= 5 && setup.now <= 10, String(setup.now));
});

test('Retry-After is waited for in full inside the patience, else it is passed on and obeyed by all', async () => {
  const setup = new Setup();
  setup.port.redeemAnswers = [
    { kind: 'status', status: 429, retryAfter: seconds(7) },
    { kind: 'ok', value: null },
  ];
  assert.is((await setup.signIn()).kind, 'session');
  assert.is(setup.now, 7);
  setup.port.redeemAnswers = [{ kind: 'status', status: 429, retryAfter: seconds(60) }];
  const end = await setup.signIn();
  assert.ok(end.kind === 'unavailable' && end.retryAfter === seconds(60));
  const asked = setup.port.asked.redeem;
  await setup.clock.pass(seconds(30));
  const paused = await setup.signIn();
  assert.ok(paused.kind === 'unavailable' && paused.retryAfter === seconds(30), 'the rest of the pause');
  assert.is(setup.port.asked.redeem, asked);
  await setup.clock.pass(seconds(30));
  setup.port.redeemAnswers = [{ kind: 'ok', value: null }];
  assert.is((await setup.signIn()).kind, 'session');
});

test('a hanging token service costs one exchange deadline, and an unclear redeem is not repeated', async () => {
  const setup = new Setup();
  setup.port.redeemAnswers = ['hang'];
  const end = await setup.signIn();
  assert.is(end.kind, 'unavailable');
  assert.is(setup.now, 5);
  assert.is(setup.port.asked.redeem, 1);
  setup.port.redeemAnswers = [{ kind: 'malformed', detail: 'x' }];
  assert.is((await setup.signIn()).kind, 'unavailable');
  assert.is(setup.port.asked.redeem, 2);
});

test('a code is sent once more only where it was surely not used up', async () => {
  const first: ReadonlyArray<readonly [Exchange<null>, number]> = [
    [{ kind: 'status', status: 503, retryAfter: seconds(1) }, 2],
    [{ kind: 'unreachable', detail: 'ECONNREFUSED' }, 2],
    [{ kind: 'broken', detail: 'ECONNRESET' }, 1],
    [{ kind: 'malformed', detail: 'cut off' }, 1],
    [{ kind: 'timeout' }, 1],
  ];
  for (const [answer, times] of first) {
    const setup = new Setup();
    setup.port.redeemAnswers = [answer, { kind: 'ok', value: null }];
    const end = await setup.signIn();
    assert.is(setup.port.asked.redeem, times, answer.kind);
    assert.is(end.kind, times === 2 ? 'session' : 'unavailable', answer.kind);
  }
});

test('what can be asked any number of times is asked again when the token service was not there', async () => {
  const setup = new Setup();
  setup.port.metadataAnswers = [
    { kind: 'broken', detail: 'ECONNRESET' },
    { kind: 'ok', value: null },
  ];
  assert.is((await setup.signIn()).kind, 'session');
});

test('single failures pause nobody, five in a row pause all, one trial ends the pause', async () => {
  const setup = new Setup();
  await setup.signIn();
  setup.port.redeemAnswers = ['hang'];
  for (let i = 0; i < 5; i++) {
    const from = setup.clock.now();
    await setup.signIn();
    assert.is(setup.clock.now() - from, 5_000_000, 'the deadline of the exchange and no pause');
  }
  assert.is(setup.port.asked.redeem, 6);
  const begun = await setup.begin();
  const before = setup.clock.now();
  setup.port.redeemAnswers = [{ kind: 'ok', value: null }];
  assert.is((await setup.complete(begun)).kind, 'session', 'the pause is inside the patience');
  assert.ok(setup.clock.now() - before >= 2_500_000, 'it waited for the pause to end');
  const at = setup.clock.now();
  assert.is((await setup.signIn()).kind, 'session');
  assert.is(setup.clock.now(), at, 'no pause any more');
});

test('metadata is fetched once however many begin, and a dead token service makes them wait, then 503', async () => {
  const setup = new Setup();
  await setup.clock.until(Promise.all([1, 2, 3, 4].map(() => setup.client.beginSignIn('shop', '/', callback))));
  assert.is(setup.port.asked.metadata, 1);
  const dead = new Setup();
  dead.port.metadataAnswers = [{ kind: 'unreachable', detail: 'refused' }];
  const ends = await dead.clock.until(Promise.all([1, 2, 3].map(() => dead.client.beginSignIn('shop', '/', callback))));
  assert.ok(ends.every(({ kind }) => kind === 'unavailable'));
  assert.ok(dead.now <= 12 && dead.port.asked.metadata <= 3);
});

test('keys and metadata outlive an outage by their stale span, asking every 30 s at most', async () => {
  const setup = new Setup();
  await setup.signIn();
  setup.port.metadataAnswers = [{ kind: 'unreachable', detail: 'refused' }];
  setup.port.keysAnswers = [{ kind: 'unreachable', detail: 'refused' }];
  await setup.clock.pass(hours(25));
  const before = { ...setup.port.asked };
  for (let i = 0; i < 5; i++) assert.is((await setup.signIn()).kind, 'session', `sign-in ${i}`);
  assert.is(setup.port.asked.metadata, before.metadata + 1);
  assert.is(setup.port.asked.keys, before.keys + 1);
  await setup.clock.pass(hours(24));
  const end = await setup.clock.until(setup.client.beginSignIn('shop', '/', callback));
  assert.is(end.kind, 'unavailable', 'older than cached and stale together');
});

test('a rollover is followed at once; a flood of unknown keys causes one look-up per 30 s', async () => {
  const setup = new Setup();
  await setup.signIn();
  setup.port.keyId = 'k2';
  setup.port.keysAnswers = [{ kind: 'ok', value: { keyIds: ['k2', 'k1'], raw: 'k2 k1' } }];
  assert.is((await setup.signIn()).kind, 'session');
  assert.is(setup.port.asked.keys, 2);
  await setup.clock.pass(minutes(1));
  setup.port.keyId = 'invented';
  for (let i = 0; i < 20; i++) assert.is((await setup.signIn()).kind, 'failed');
  assert.is(setup.port.asked.keys, 3);
  await setup.clock.pass(seconds(30));
  await setup.signIn();
  assert.is(setup.port.asked.keys, 4);
});

const down = { kind: 'status', status: 503, retryAfter: undefined } as const;

test('keys that rolled while they cannot be looked up are no verdict about the user', async () => {
  const setup = new Setup();
  await setup.signIn();
  setup.port.keyId = 'k2';
  setup.port.keysAnswers = [down];
  assert.is((await setup.signIn()).kind, 'unavailable');
  const { keys } = setup.port.asked;
  assert.is((await setup.signIn()).kind, 'unavailable', 'nor is it asked again at once');
  assert.is(setup.port.asked.keys, keys);
  setup.port.keyId = 'k1';
  assert.is((await setup.signIn()).kind, 'session', 'the old key is as good as before');
  setup.port.keyId = 'k2';
  await setup.clock.pass(hours(25));
  assert.is((await setup.signIn()).kind, 'unavailable', 'an ordinary refresh finds no keys either');
  setup.port.keysAnswers = [{ kind: 'ok', value: { keyIds: ['k2'], raw: 'k2' } }];
  await setup.clock.pass(seconds(30));
  assert.is((await setup.signIn()).kind, 'session');
});

test('a signature that the held keys do not verify is no verdict while fresh ones cannot be had', async () => {
  const setup = new Setup();
  setup.port.keysAnswers = [{ kind: 'ok', value: { keyIds: ['k1'], raw: 'before the rollover' } }, down];
  assert.is((await setup.signIn()).kind, 'unavailable');
  assert.is((await setup.signIn()).kind, 'unavailable');
});

test('wrong keys under a known id fail sign-ins only until the right ones are published and 30 s passed', async () => {
  const setup = new Setup();
  setup.port.keysAnswers = [{ kind: 'ok', value: { keyIds: ['k1'], raw: 'wrong' } }];
  assert.equal(await setup.signIn(), { kind: 'failed', detail: 'token: does not verify' });
  setup.port.keysAnswers = [{ kind: 'ok', value: { keyIds: ['k1'], raw: 'k1' } }];
  await setup.clock.pass(seconds(30));
  assert.is((await setup.signIn()).kind, 'session');
});

test.run();
