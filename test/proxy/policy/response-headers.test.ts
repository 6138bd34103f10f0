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
  translate: true,
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
  assert.is(forwardSetCookie('a=1; Domain=x', { ...rules, translate: false }), 'a=1; Domain=x');
  assert.is(forward([['Set-Cookie', 'a=1']], 101).length, 1);
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
