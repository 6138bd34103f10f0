import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs } from '../../../proxy/host/message.ts';
import { canonicalName } from '../../../proxy/policy/header-names.ts';
import { forwardRequestHeaders, isRefusal, requestHeaderRules } from '../../../proxy/policy/headers.ts';
import { identityText } from '../../../proxy/policy/identity-text.ts';

const rules = requestHeaderRules('holdfast-1', 'X-Staff-Id', ['x-role']);
const facts = { host: 'shop.contoso.com', clientAddress: '203.0.113.7', user: 'ada@contoso.com' };
const forward = (headers: HeaderPairs, more: Partial<typeof facts> & { upgrade?: boolean } = {}): HeaderPairs => {
  const result = forwardRequestHeaders(headers, { ...facts, ...more }, rules);
  if (isRefusal(result)) throw new Error(`refused: ${result.refused}`);
  return result;
};
const values = (headers: HeaderPairs, name: string): string[] =>
  headers.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);

test('plain fields pass in order and spelling; ours follow', () => {
  const own: HeaderPairs = [
    ['Accept', '*/*'],
    ['X-Custom', '1'],
    ['accept', 'text/html'],
  ];
  assert.equal(forward(own).slice(0, 3), own);
  assert.equal(forward(own).slice(3), [
    ['via', '1.1 holdfast-1'],
    ['x-forwarded-for', '203.0.113.7'],
    ['x-forwarded-host', 'shop.contoso.com'],
    ['x-forwarded-proto', 'https'],
    ['X-Staff-Id', 'ada@contoso.com'],
  ]);
});

test('hop-by-hop fields and those Connection names are gone, in any spelling', () => {
  const out = forward([
    ['Connection', 'close, X-Hop'],
    ['connection', 'x_other'],
    ['X-Hop', '1'],
    ['X-Other', '1'],
    ['Keep-Alive', '1'],
    ['Transfer-Encoding', 'chunked'],
    ['TE', 'trailers'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'x'],
    ['Proxy-Authorization', 'x'],
    ['Host', 'other'],
    ['Expect', '100-continue'],
  ]);
  assert.equal(out.length, 5, JSON.stringify(out));
});

test('an upgrade is re-created for WebSocket only', () => {
  const out = forward([['Upgrade', 'websocket']], { upgrade: true });
  assert.equal(values(out, 'upgrade'), ['websocket']);
  assert.equal(values(out, 'connection'), ['upgrade']);
});

test('a Connection field that names a protected field is refused', () => {
  for (const name of [
    'x-auth-user',
    'X_Auth_User',
    'host',
    'Cookie',
    'content-length',
    'X-Forwarded-For',
    'x-staff-id',
    'X_ROLE',
    'via',
    'X-Rewrite_URL',
  ]) {
    const result = forwardRequestHeaders([['Connection', `close, ${name}`]], facts, rules);
    assert.ok(isRefusal(result) && result.refused === 'protected-in-connection', name);
  }
});

test('claims about user, host and origin are dropped in every spelling', () => {
  const bases = [
    'X-Auth-User',
    'x-forwarded-user',
    'X-Forwarded-For',
    'x-forwarded-uri',
    'Forwarded',
    'X-Real-IP',
    'X-Original-URL',
    'x-original-uri',
    'X-Original-Host',
    'X-Rewrite-URL',
    'X-Host',
    'x-envoy-original-path',
    'X-Staff-Id',
    'x-role',
    'Remote-User',
    'x-holdfast-anything',
  ];
  const spelling = fc.tuple(
    fc.constantFrom(...bases),
    fc.array(fc.nat(2), { maxLength: 30 }),
    fc.constantFrom('', ' ', '\t'),
  );
  fc.assert(
    fc.property(spelling, ([base, changes, tail]) => {
      const name = [...base]
        .map((c, i) => (c === '-' && changes[i] === 1 ? '_' : changes[i] === 2 ? c.toUpperCase() : c))
        .join('');
      const out = forward([[`${name}${tail}`, 'evil']], { user: '' });
      assert.not.ok(
        out.some(([, value]) => value === 'evil'),
        name,
      );
    }),
  );
});

test('the application sees the user once, and no name adds a field, a line or a list member', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (user) => {
      const out = forward([['x-staff-id', 'evil']], { user });
      const [text, ...more] = values(out, 'x-staff-id');
      assert.is(more.length, 0);
      assert.match(text as string, /^[\x21-\x7e]+$/);
      assert.not.match(text as string, /[,;"]/);
    }),
  );
  assert.is(identityText('ada@contoso.com'), 'ada@contoso.com');
  assert.is(identityText('a,b'), "UTF-8''a%2Cb");
  assert.is(identityText('Åsa\r\nX: 1'), "UTF-8''%C3%85sa%0D%0AX%3A%201");
});

test('law: different names never become the same text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (a, b) => {
      if (a !== b) assert.is.not(identityText(a), identityText(b));
    }),
  );
});

test('our cookies are taken out, the rest of the field stays', () => {
  const cookie = (text: string): string[] => values(forward([['Cookie', text]]), 'cookie');
  assert.equal(cookie('a=1; __Host-holdfast-shop=secret; b=2'), ['a=1; b=2']);
  assert.equal(cookie('__host-HOLDFAST-x=1'), []);
  assert.equal(cookie('a=1;b=2'), ['a=1;b=2']);
  assert.equal(cookie('x=__Host-holdfast'), ['x=__Host-holdfast']);
});

test('a loop is seen by our pseudonym, and foreign Via is kept', () => {
  const result = forwardRequestHeaders([['Via', '1.0 a, 1.1 holdfast-1']], facts, rules);
  assert.ok(isRefusal(result) && result.refused === 'loop');
  assert.equal(values(forward([['Via', '1.0 holdfast-12']]), 'via'), ['1.0 holdfast-12, 1.1 holdfast-1']);
  assert.ok(
    isRefusal(
      forwardRequestHeaders(
        Array.from({ length: 2100 }, () => ['a', 'b'] as const),
        facts,
        rules,
      ),
    ),
  );
});

test('law: what was forwarded once passes again unchanged in meaning: nothing hop-by-hop is left', () => {
  const name = fc.constantFrom('Accept', 'Connection', 'TE', 'X-A', 'Cookie', 'Upgrade', 'Trailer', 'x_auth_user');
  const value = fc.constantFrom('x-a', 'close', 'a=1; __Host-holdfast=2', 'gzip');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 10 }), (headers) => {
      const out = forward(headers);
      const names = out.map(([n]) => canonicalName(n));
      for (const gone of ['connection', 'te', 'upgrade', 'trailer', 'x-auth-user']) assert.not.ok(names.includes(gone));
      const named = headers.some(([n, v]) => n === 'Connection' && v === 'x-a');
      if (named) assert.not.ok(names.includes('x-a'));
    }),
  );
});

test.run();
