import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs } from '../../../../proxy/host/message.ts';
import type { SignInEnd } from '../../../../proxy/policy/identity-client.ts';
import { Browser } from './browser.ts';
import type { Live } from './live-setup.ts';
import { callback, live } from './live-setup.ts';

const cookieOf = (setCookie: string): HeaderPairs => [['cookie', setCookie.split(';')[0] as string]];

/** Begins at one instance, signs in on the page, completes at another instance. */
async function signInOnPage(setup: Live, user: string, password: string): Promise<SignInEnd> {
  const begun = await setup.client().beginSignIn('shop', '/orders', callback);
  if (begun.kind !== 'redirect') throw new Error(begun.detail);
  const browser = new Browser();
  const page = await browser.follow(begun.url, setup.service.issuer);
  if ('away' in page) throw new Error(`no page: ${page.away}`);
  assert.is(page.answer.status, 200);
  assert.match(await page.answer.text(), /<form method="post">/);
  const back = await browser.follow(page.url, setup.service.issuer, { user, password });
  if (!('away' in back)) {
    assert.is(back.answer.status, 401);
    assert.match(await back.answer.text(), /role="alert"/);
    return { kind: 'failed', detail: 'page' };
  }
  assert.ok(back.away.startsWith(`${callback}?`), back.away);
  return setup.client().completeSignIn('shop', new URL(back.away).search, cookieOf(begun.stateCookie));
}

async function direct(setup: Live, user = 'bob@contoso.com') {
  const begun = await setup.client().beginSignIn('shop', '/orders', callback);
  if (begun.kind !== 'redirect') throw new Error(begun.detail);
  const browser = new Browser();
  const back = await browser.follow(`${begun.url}&holdfast_user=${encodeURIComponent(user)}`, setup.service.issuer);
  return { begun, back, browser };
}

test('a user signs in on the page and the session ends with the access token', async () => {
  const setup = await live();
  try {
    const before = Date.now();
    const end = await signInOnPage(setup, 'ada@contoso.com', 'pa55');
    assert.is(end.kind, 'session', JSON.stringify(end));
    if (end.kind !== 'session') return;
    assert.is(end.user, 'ada@contoso.com');
    assert.is(end.returnTo, '/orders');
    const life = (end.expiresAt - before) / 1000;
    assert.ok(life >= 3600 && life <= 5430, String(life));
    assert.is((await signInOnPage(setup, 'ada@contoso.com', 'wrong')).kind, 'failed');
    assert.is((await signInOnPage(setup, '<b>', '')).kind, 'failed');
    assert.is((await signInOnPage(setup, 'bob@contoso.com', '')).kind, 'failed', 'no password, no page sign-in');
  } finally {
    await setup.close();
  }
});

test('direct sign-in is one request for known users, and not there unless configured', async () => {
  const setup = await live();
  const closed = await live({ directSignIn: false });
  try {
    const { begun, back, browser } = await direct(setup);
    assert.ok('away' in back && back.away.startsWith(callback));
    if (!('away' in back)) return;
    const query = new URL(back.away).search;
    const end = await setup.client().completeSignIn('shop', query, cookieOf(begun.stateCookie));
    assert.is(end.kind === 'session' && end.user, 'bob@contoso.com');
    const again = await setup.client().completeSignIn('shop', query, cookieOf(begun.stateCookie));
    assert.is(again.kind, 'failed', 'a code is worth one use');
    const before = setup.service.exchanges();
    const silent = await setup.client().beginSignIn('shop', '/', callback);
    if (silent.kind !== 'redirect') return assert.unreachable();
    assert.ok('away' in (await browser.follow(silent.url, setup.service.issuer)), 'the session there is still good');
    assert.is(setup.service.exchanges() - before, 2, 'metadata of a new client, authorization');
    assert.ok('answer' in (await direct(setup, 'mallory')).back);
    assert.ok('answer' in (await direct(closed)).back);
  } finally {
    await setup.close();
    await closed.close();
  }
});

test('giving up on the page, a foreign callback address and a missing verifier end without a session', async () => {
  const setup = await live();
  try {
    const begun = await setup.client().beginSignIn('shop', '/', callback);
    if (begun.kind !== 'redirect') return assert.unreachable();
    const browser = new Browser();
    const page = await browser.follow(begun.url, setup.service.issuer);
    if ('away' in page) return assert.unreachable();
    await page.answer.body?.cancel();
    const back = await browser.follow(page.url, setup.service.issuer, { cancel: '1' });
    if (!('away' in back)) return assert.unreachable();
    const query = new URL(back.away).search;
    const end = await setup.client().completeSignIn('shop', query, cookieOf(begun.stateCookie));
    assert.equal(end, { kind: 'failed', detail: 'token service: access_denied' });
    const evil = await new Browser().go(begun.url.replace('shop.contoso.com', 'evil.test'));
    assert.is(evil.status, 400);
    assert.match(await evil.text(), /redirect_uri/);
    const bare = new URL(begun.url);
    bare.searchParams.delete('code_challenge');
    const refused = await new Browser().follow(bare.href, setup.service.issuer);
    assert.match('away' in refused ? refused.away : '', /error=invalid_request/);
  } finally {
    await setup.close();
  }
});

test('a rollover loses nobody, with or without the old key; wrong keys lose everybody until healed', async () => {
  const setup = await live();
  try {
    const client = setup.client({ refetchInterval: 0 as never });
    const signIn = async (): Promise<string> => {
      const begun = await client.beginSignIn('shop', '/', callback);
      if (begun.kind !== 'redirect') return begun.kind;
      const back = await new Browser().follow(`${begun.url}&holdfast_user=bob@contoso.com`, setup.service.issuer);
      if (!('away' in back)) return `status ${back.answer.status}`;
      const end = await client.completeSignIn('shop', new URL(back.away).search, cookieOf(begun.stateCookie));
      return end.kind === 'session' ? end.user : end.detail;
    };
    assert.is(await signIn(), 'bob@contoso.com');
    await setup.service.rollKeys(true);
    assert.is(await signIn(), 'bob@contoso.com');
    await setup.service.rollKeys(false);
    assert.is(await signIn(), 'bob@contoso.com');
    const wrong = setup.service.fault({ kind: 'wrong-keys' });
    await setup.service.rollKeys(false);
    assert.is(await signIn(), 'token: does not verify');
    assert.ok(wrong.hits() > 0);
    wrong.heal();
    assert.is(await signIn(), 'bob@contoso.com');
  } finally {
    await setup.close();
  }
});

test('lives are drawn between the bounds, and a public client works with PKCE alone', async () => {
  const setup = await live({ sessionLifeS: { from: 20, to: 40 }, clientSecret: undefined });
  try {
    const lives: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { begun, back } = await direct(setup);
      if (!('away' in back)) return assert.unreachable();
      const end = await setup.client().completeSignIn('shop', new URL(back.away).search, cookieOf(begun.stateCookie));
      if (end.kind !== 'session') return assert.unreachable(JSON.stringify(end));
      lives.push((end.expiresAt - Date.now()) / 1000);
    }
    assert.ok(
      lives.every((life) => life > 15 && life <= 40),
      String(lives),
    );
    assert.ok(Math.max(...lives) - Math.min(...lives) > 2, 'they differ');
  } finally {
    await setup.close();
  }
});

test.run();
