import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs } from '../../../proxy/host/message.ts';
import { translateLocation } from '../../../proxy/policy/location.ts';
import type { ResponseHeaderRules } from '../../../proxy/policy/response-headers.ts';
import { forwardResponseHeaders, forwardSetCookie } from '../../../proxy/policy/response-headers.ts';

const rules: ResponseHeaderRules = {
  viaAlone: [['via', '1.1 holdfast-1']],
  via: 'holdfast-1',
  internalOrigin: 'http://shop.internal:80',
  internalPath: '/',
  externalPath: '/',
  hideNegotiate: true,
};
const moved: ResponseHeaderRules = { ...rules, internalPath: '/app/', externalPath: '/shop/' };
const forward = (headers: HeaderPairs, status = 200): HeaderPairs =>
  forwardResponseHeaders(headers, status, rules, 'shop.contoso.com');

test('hop-by-hop fields are gone, Via is added, the rest stays', () => {
  assert.equal(
    forward([
      ['Content-Type', 'text/html'],
      ['Connection', 'x-hop, content-type'],
      ['X-Hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['Transfer-Encoding', 'chunked'],
      ['Via', '1.1 app'],
      ['X-Holdfast-Cause', 'overload'],
    ]),
    [
      ['Content-Type', 'text/html'],
      ['via', '1.1 app, 1.1 holdfast-1'],
    ],
  );
});

test('cookies: ours are dropped, domains go, paths move, none on an upgrade', () => {
  assert.is(forwardSetCookie(' __Host-Holdfast-x=1; Path=/', rules), undefined);
  assert.is(forwardSetCookie('a=1; Path=/; HttpOnly', rules), 'a=1; Path=/; HttpOnly');
  assert.is(forwardSetCookie('a=1; Domain=.internal; Path=/; Secure', rules), 'a=1; Path=/; Secure');
  assert.is(forwardSetCookie('a=1; path=/app/x', moved), 'a=1; Path=/shop/x');
  assert.is(forwardSetCookie('a=1; path=/app', moved), 'a=1; Path=/shop/');
  assert.is(forwardSetCookie('a=1; path=/other', moved), 'a=1; Path=/other');
  assert.is(forwardSetCookie('a=1; path=/', moved), 'a=1; Path=/shop/', 'beside /shop/ stand other applications');
  const sameInside = { ...rules, internalPath: '/shop/', externalPath: '/shop/' };
  assert.is(forwardSetCookie('a=1; path=/', sameInside), 'a=1; Path=/shop/');
  assert.is(forwardSetCookie('a=1; path=/shop', sameInside), 'a=1; Path=/shop/');
  assert.is(forwardSetCookie('a=1; path=/', { ...rules, internalPath: '/app/' }), 'a=1; Path=/');
  assert.is(forward([['Set-Cookie', 'a=1']], 101).length, 1);
});

test('blanks around and inside attributes change nothing, and a million of them are read once', () => {
  assert.is(forwardSetCookie('a=1;  domain\t=x ;\tPATH =  /app/x ; secure', moved), 'a=1; Path=/shop/x; secure');
  assert.is(forwardSetCookie('a=1; Domain=x; path; p=a b ', moved), 'a=1; path; p=a b ');
  // with a step for each pair of blanks this runs into the deadline of a test file
  const blanks = ' '.repeat(1_000_000);
  assert.is(forwardSetCookie(`a=b; Domain=x; p=a${blanks}y`, rules), `a=b; p=a${blanks}y`);
});

test('a __Host- cookie keeps the only Path that browsers take it with', () => {
  for (const text of ['__Host-csrf=1; Path=/; Secure', ' __HOST-csrf=1; path=/; Secure']) {
    assert.is(forwardSetCookie(text, moved), text);
  }
  assert.is(forwardSetCookie('__Host-csrf=1; Domain=x; Path=/; Secure', moved), '__Host-csrf=1; Path=/; Secure');
  assert.is(forwardSetCookie('__Secure-csrf=1; Path=/; Secure', moved), '__Secure-csrf=1; Path=/shop/; Secure');
});

test('Location moves from inside to outside, and only from inside', () => {
  const table: [string, string][] = [
    ['http://shop.internal/a?b#c', 'https://shop.contoso.com/a?b#c'],
    ['HTTP://Shop.Internal:80/A', 'https://shop.contoso.com/A'],
    ['http://shop.internal', 'https://shop.contoso.com'],
    ['//shop.internal/a', 'https://shop.contoso.com/a'],
    ['http://shop.internal:8080/', 'http://shop.internal:8080/'],
    ['http://shop.internal.evil.com/', 'http://shop.internal.evil.com/'],
    ['https://login.example/', 'https://login.example/'],
    ['//evil.com/', '//evil.com/'],
    ['/a', '/a'],
    ['a/b', 'a/b'],
  ];
  for (const [from, to] of table) assert.is(translateLocation(from, rules, 'shop.contoso.com'), to, from);
  assert.is(translateLocation('/app/x', moved, 'shop.contoso.com'), '/shop/x');
  assert.is(translateLocation('/app', moved, 'shop.contoso.com'), '/shop/');
  assert.is(
    translateLocation('http://shop.internal/app/x', moved, 'shop.contoso.com:8443'),
    'https://shop.contoso.com:8443/shop/x',
  );
});

test('Location at the external host is https and a path the user can ask for', () => {
  const inside: ResponseHeaderRules = { ...moved, internalOrigin: 'http://shop.internal:8080', internalPath: '/' };
  const table: [string, ResponseHeaderRules, string, string][] = [
    ['http://shop.contoso.com/docs/', rules, 'shop.contoso.com', 'https://shop.contoso.com/docs/'],
    ['HTTP://Shop.Contoso.com:80/D?e#f', rules, 'shop.contoso.com', 'https://shop.contoso.com/D?e#f'],
    ['http://shop.contoso.com', rules, 'shop.contoso.com', 'https://shop.contoso.com'],
    ['https://shop.contoso.com:443/a', rules, 'shop.contoso.com', 'https://shop.contoso.com/a'],
    ['//shop.contoso.com/a', rules, 'shop.contoso.com', 'https://shop.contoso.com/a'],
    ['http://localhost:41349/docs/', rules, 'localhost:41349', 'https://localhost:41349/docs/'],
    ['http://localhost/docs/', rules, 'localhost:41349', 'https://localhost:41349/docs/'],
    ['http://localhost:8080/docs/', inside, 'localhost:41349', 'https://localhost:41349/shop/docs/'],
    ['http://shop.contoso.com/app/x', moved, 'shop.contoso.com', 'https://shop.contoso.com/shop/x'],
    ['http://shop.contoso.com/app', moved, 'shop.contoso.com', 'https://shop.contoso.com/shop/'],
    ['https://shop.contoso.com/shop/x', moved, 'shop.contoso.com', 'https://shop.contoso.com/shop/x'],
    ['https://shop.contoso.com/wiki/', moved, 'shop.contoso.com', 'https://shop.contoso.com/wiki/'],
    ['https://shop.contoso.com/x', inside, 'shop.contoso.com', 'https://shop.contoso.com/shop/x'],
    ['https://shop.contoso.com/shop/x', inside, 'shop.contoso.com', 'https://shop.contoso.com/shop/x'],
    [
      'http://shop.contoso.com/app/x',
      { ...moved, externalPath: '/' },
      'shop.contoso.com',
      'https://shop.contoso.com/x',
    ],
    ['http://shop.contoso.com:9000/', rules, 'shop.contoso.com', 'http://shop.contoso.com:9000/'],
    ['http://shop.contoso.com.evil.com/', rules, 'shop.contoso.com', 'http://shop.contoso.com.evil.com/'],
    ['http://shop.contoso.com@evil.com/', rules, 'shop.contoso.com', 'http://shop.contoso.com@evil.com/'],
    ['ftp://shop.contoso.com/', rules, 'shop.contoso.com', 'ftp://shop.contoso.com/'],
  ];
  for (const [from, where, host, to] of table) assert.is(translateLocation(from, where, host), to, from);
});

test("the application's Kerberos tokens are not the user's to see", () => {
  const out = forward([
    ['WWW-Authenticate', 'Negotiate YII='],
    ['WWW-Authenticate', 'Basic realm="x"'],
  ]);
  assert.equal(
    out.filter(([name]) => name === 'WWW-Authenticate').map(([, value]) => value),
    ['Basic realm="x"'],
  );
});

test('law: no answer header of an application can set a cookie of ours or carry a hop-by-hop field', () => {
  const name = fc.constantFrom('Set-Cookie', 'set-cookie', 'SET-COOKIE', 'Connection', 'Upgrade', 'X-A');
  const value = fc.constantFrom(
    '__Host-holdfast-a=1',
    '__HOST-HOLDFAST=1; Path=/',
    'a=1; domain=x',
    'set-cookie',
    'x-a',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (headers) => {
      for (const [n, v] of forward(headers)) {
        assert.not.ok(/^set-cookie$/i.test(n) && /^\s*__host-holdfast/i.test(v));
        assert.not.match(n, /^(connection|upgrade)$/i);
      }
    }),
  );
});

test.run();
