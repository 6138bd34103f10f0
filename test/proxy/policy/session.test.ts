import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DurableStore } from '../../../proxy/host/host.ts';
import type { EpochMs } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import { memoryStore } from '../../../proxy/node/durable-store.ts';
import { findCookie, severalCookies } from '../../../proxy/policy/cookies.ts';
import { Revocations } from '../../../proxy/policy/revocations.ts';
import {
  cookiePrefix,
  documentedCookie,
  newSession,
  openSession,
  sealSession,
  sessionCookieName,
  sessionCookieText,
  signedOutCookieText,
} from '../../../proxy/policy/session.ts';
import { SessionCache } from '../../../proxy/policy/session-cache.ts';

const crypto = nodeCrypto();
const at = (n: number): EpochMs => n as EpochMs;

test('law: what was sealed opens the same at its application before its end, and nowhere else', () => {
  const user = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(user, fc.integer({ min: 1, max: 4e12 }), fc.nat(1e6), (name, end, early) => {
      const session = newSession(crypto, name, at(end));
      const sealed = sealSession(crypto, 'shop', session);
      assert.match(sealed, /^[\w-]+$/);
      assert.equal(openSession(crypto, 'shop', sealed, at(end - 1 - early)), session);
      assert.is(openSession(crypto, 'shop', sealed, at(end)), undefined);
      assert.is(openSession(crypto, 'other', sealed, at(0)), undefined);
      assert.is(openSession(nodeCrypto(), 'shop', sealed, at(0)), undefined);
    }),
  );
});

test('law: a changed cookie is worth nothing', () => {
  const sealed = sealSession(crypto, 'shop', newSession(crypto, 'ada', at(1000)));
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom(...'AZaz09-_'), (i, c) => {
      if (sealed[i] === c) return;
      assert.is(openSession(crypto, 'shop', sealed.slice(0, i) + c + sealed.slice(i + 1), at(0)), undefined);
    }),
  );
});

test('cookie text has what __Host- demands', () => {
  const session = newSession(crypto, 'ada', at(61_500));
  const text = sessionCookieText('shop', 'v', session, documentedCookie, at(0));
  assert.is(text, '__Host-holdfast-shop=v; Path=/; Secure; HttpOnly; SameSite=None');
  const kept = sessionCookieText(
    'shop',
    'v',
    session,
    { ...documentedCookie, persistent: true, sameSite: 'Lax' },
    at(0),
  );
  assert.ok(kept.endsWith('SameSite=Lax; Max-Age=61'));
  assert.is(
    signedOutCookieText('shop', documentedCookie),
    '__Host-holdfast-shop=signed-out; Path=/; Secure; HttpOnly; SameSite=None',
  );
});

test('law: cookie names are tokens, start with our prefix, and differ by application', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const name = sessionCookieName(a);
      assert.match(name, /^[A-Za-z0-9._-]+$/);
      assert.ok(name.toLowerCase().startsWith(cookiePrefix));
      if (a !== b) assert.is.not(name, sessionCookieName(b));
    }),
  );
  assert.is.not(sessionCookieName('.'), sessionCookieName('\u0002e'));
});

test('the one cookie is found; more than one copy is refused, wherever it stands', () => {
  const find = (...texts: string[]) =>
    findCookie(
      texts.map((text) => ['Cookie', text] as const),
      'n',
    );
  assert.is(find(), undefined);
  assert.is(find('a=1; n=2; b=3'), '2');
  assert.is(find('n=2'), '2');
  assert.is(find('xn=1; n =3; an=2;n=5 '), '5');
  assert.is(find('x="; n=evil"; y=n=4'), 'evil"', 'quotes do not protect a semicolon (RFC 6265)');
  assert.is(find('n=1; n=2'), severalCookies);
  assert.is(find('n=1', 'n=1'), severalCookies);
  assert.is(find('N=1'), undefined);
  assert.is(findCookie([['x-cookie', 'n=1']], 'n'), undefined);
});

test('law: the search agrees with splitting at semicolons', () => {
  const text = fc.stringMatching(/^[n=; a\t]{0,24}$/);
  fc.assert(
    fc.property(text, (cookie) => {
      const all = cookie
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith('n='))
        .map((pair) => pair.slice(2).trim());
      const expected = all.length > 1 ? severalCookies : all[0];
      assert.is(findCookie([['cookie', cookie]], 'n'), expected);
    }),
    { numRuns: 2000 },
  );
});

test('the cache agrees with opening, holds no more than its limit, and forgets what ended', () => {
  let opened = 0;
  const counting = {
    ...crypto,
    open(...given: Parameters<typeof crypto.open>) {
      opened++;
      return crypto.open(...given);
    },
  };
  const cache = new SessionCache(counting, 10);
  const cookies = Array.from({ length: 40 }, (_, i) =>
    sealSession(crypto, 'shop', newSession(crypto, `u${i}`, at(100 + i))),
  );
  for (const [i, cookie] of cookies.entries()) {
    assert.is(cache.read('shop', cookie, at(0))?.user, `u${i}`);
    assert.is(cache.read('other', cookie, at(0)), undefined);
    assert.ok(cache.size <= 10);
  }
  for (const [i, cookie] of cookies.entries()) assert.is(cache.read('shop', cookie, at(100 + i)), undefined);
  opened = 0;
  const last = cookies[39] as string;
  cache.read('shop', last, at(0));
  cache.read('shop', last, at(1));
  cache.read('shop', last, at(2));
  assert.is(opened, 1);
  assert.is(cache.read('shop', 'forged', at(0)), undefined);
});

test('revoked sessions stay revoked until their end, and the list is bounded', () => {
  const list = new Revocations(memoryStore(), 3);
  const sessions = [1, 2, 3, 4, 5].map((i) => newSession(crypto, 'ada', at(1000 * i)));
  for (const session of sessions.slice(0, 3)) list.revoke(session, at(0));
  assert.ok(list.isRevoked(sessions[0] as never) && list.isRevoked(sessions[2] as never));
  list.revoke(sessions[3] as never, at(1500));
  assert.not.ok(list.isRevoked(sessions[0] as never), 'ended');
  list.revoke(sessions[4] as never, at(1500));
  assert.not.ok(list.isRevoked(sessions[1] as never), 'the first to end made room');
  assert.ok(list.isRevoked(sessions[4] as never));
});

test('a restart forgets no sign-out, and the store does not grow with them', () => {
  const keys = new Set<string>();
  const inner = memoryStore();
  const store: DurableStore = {
    ...inner,
    set(key, value) {
      keys.add(key);
      inner.set(key, value);
    },
  };
  const before = new Revocations(store, 1000);
  const sessions = Array.from({ length: 2000 }, (_, i) => newSession(crypto, 'ada', at(100 + i)));
  // each is signed out 20 ms before its end: at most 20 are alive at any time
  for (const [i, session] of sessions.entries()) before.revoke(session, at(80 + i));
  const after = new Revocations(store, 1000);
  for (const session of sessions.slice(-20)) assert.ok(after.isRevoked(session));
  assert.not.ok(after.isRevoked(newSession(crypto, 'ada', at(9e9))));
  assert.ok(keys.size < 300, `${keys.size} keys`);
  const full = new Revocations(store, 1000);
  const one = newSession(crypto, 'ada', at(9e9));
  full.revoke(one, at(0));
  assert.ok(new Revocations(store, 1000).isRevoked(one));
});

test.run();
