import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplicationIndex } from '../../../proxy/policy/application-match.ts';

const app = (id: string, externalHost: string, externalPath = '/') => ({ id, externalHost, externalPath });
const index = new ApplicationIndex([
  app('wild', '*.contoso.com'),
  app('shop', 'shop.contoso.com'),
  app('admin', 'shop.contoso.com', '/admin/'),
  app('deep', 'shop.contoso.com', '/admin/deep/'),
  app('only', 'only.contoso.com', '/published/'),
]);
const found = (host: string, target: string): string | undefined => {
  const match = index.match(host, target);
  return typeof match === 'object' ? match.id : match;
};

test('the most specific host wins, then the longest path; a regular host beats a wildcard', () => {
  assert.is(found('shop.contoso.com', '/'), 'shop');
  assert.is(found('SHOP.contoso.com:443', '/x?y'), 'shop');
  assert.is(found('shop.contoso.com.', '/admin/users'), 'admin');
  assert.is(found('shop.contoso.com', '/admin'), 'admin');
  assert.is(found('shop.contoso.com', '/administrator'), 'shop');
  assert.is(found('shop.contoso.com', '/admin/deep/er'), 'deep');
  assert.is(found('any.contoso.com', '/'), 'wild');
});

test('a wildcard covers exactly one label, and a path outside a published one is not handed to it', () => {
  for (const host of ['contoso.com', 'a.b.contoso.com', '.contoso.com', '*.contoso.com.evil', 'xcontoso.com', '']) {
    assert.is(found(host, '/'), undefined, host);
  }
  assert.is(found('only.contoso.com', '/'), undefined);
  assert.is(found('only.contoso.com', '/published/x'), 'only');
});

test('a path that means another application once decoded, or climbs, is ambiguous', () => {
  for (const path of [
    '/public/..%2fadmin/x',
    '//admin/x',
    '/%2e%2e/admin/',
    '/x/../admin/',
    '/x\\..\\admin\\',
    '/x/%252e%252e/admin/',
    '/%61dmin/x',
    '/x/..;/admin/',
    '/admin%2fdeep/x',
    '/admin//deep/x',
    '/a%00b',
    '/a%0d%0ab',
    '/%',
    '/%ff',
    '*',
    '',
    'http://shop.contoso.com/',
  ]) {
    assert.is(found('shop.contoso.com', path), 'ambiguous', path);
  }
});

test('ordinary encoded paths are none of that', () => {
  for (const path of [
    '/a%20b',
    '/api/projects/a%2Fb',
    '/.well-known/x',
    '/caf%C3%A9',
    '/a//b',
    '/100%25',
    '/a..b/c.',
  ]) {
    assert.is(found('shop.contoso.com', path), 'shop', path);
  }
  assert.is(found('shop.contoso.com', '/?next=/../admin/'), 'shop', 'the query is not the path');
});

const mixed = new ApplicationIndex([
  { ...app('public', 'in.contoso.com'), preAuthentication: 'pass-through' },
  { ...app('admin', 'in.contoso.com', '/Admin/'), preAuthentication: 'token-service' },
  { ...app('deep', 'in.contoso.com', '/Admin/open/'), preAuthentication: 'pass-through' },
  { ...app('shut', 'shut.contoso.com'), preAuthentication: 'token-service' },
  { ...app('also', 'shut.contoso.com', '/admin/'), preAuthentication: 'token-service' },
  { ...app('lower', 'case.contoso.com', '/a/'), preAuthentication: 'token-service' },
  { ...app('upper', 'case.contoso.com', '/A/'), preAuthentication: 'pass-through' },
]);
const mixedAt = (host: string, target: string): string | undefined => {
  const match = mixed.match(host, target);
  return typeof match === 'object' ? match.id : match;
};

test('no spelling of a path that asks for a sign-in passes under one that does not', () => {
  assert.is(mixedAt('in.contoso.com', '/Admin/x'), 'admin');
  assert.is(mixedAt('in.contoso.com', '/Admin'), 'admin');
  for (const path of [
    '/ADMIN/x',
    '/admin',
    '/admin/x?q',
    '/Admin;a=b/x',
    '/Admin;a=b',
    '/Admin%3ba=b/x',
    '/Admin./x',
    '/Admin%20/x',
    '/Admin%20.%2e/x',
    '/Admin::$INDEX_ALLOCATION/x',
    '/;x/Admin/x',
    '/%20/Admin/x',
    '/x/..%20/Admin/x',
    '/.../Admin/x',
    '/%EF%BC%A1dmin/x',
  ]) {
    assert.is(mixedAt('in.contoso.com', path), 'ambiguous', path);
  }
});

test('other paths of such a host are what they say', () => {
  for (const path of [
    '/',
    '/x',
    '/Administrator/x',
    '/X/Admin/',
    '/a;v=1/b.c',
    '/caf%C3%A9/A.',
    '/?/admin/',
    '/%20x',
  ]) {
    assert.is(mixedAt('in.contoso.com', path), 'public', path);
  }
  assert.is(mixedAt('in.contoso.com', '/Admin/open/x'), 'deep');
  assert.is(mixedAt('in.contoso.com', '/Admin/OPEN/x'), 'admin', 'no less than what it says');
  assert.is(mixedAt('case.contoso.com', '/a/x'), 'lower');
  assert.is(mixedAt('case.contoso.com', '/A/x'), 'upper', 'published so on purpose');
});

test('where all applications of a host ask for a sign-in, or none, spelling is left alone', () => {
  assert.is(mixedAt('shut.contoso.com', '/ADMIN/x'), 'shut');
  assert.is(found('shop.contoso.com', '/ADMIN/x'), 'shop');
});

test('law: encoding characters of a path never moves it to another application', () => {
  const paths = fc.constantFrom('/admin/users', '/admin/deep/x', '/shop/x', '/published/x', '/admin/deep');
  fc.assert(
    fc.property(paths, fc.array(fc.nat(20)), (path, places) => {
      const characters = [...path];
      for (const place of places) {
        const c = characters[place];
        if (place > 0 && c?.length === 1) characters[place] = `%${c.charCodeAt(0).toString(16)}`;
      }
      const plain = found('shop.contoso.com', path);
      const coded = found('shop.contoso.com', characters.join(''));
      assert.ok(coded === plain || coded === 'ambiguous', `${characters.join('')}: ${coded}`);
    }),
  );
});

test.run();
