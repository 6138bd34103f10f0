import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodedPath, safeReturnPath } from '../../../proxy/policy/request-path.ts';

test('a return path is a path of the same application, else the root', () => {
  for (const bad of [
    '//evil.com',
    '/\\evil.com',
    '/a\\..\\b',
    'https:/\\evil.com',
    'https://evil.com/',
    'javascript:alert(1)',
    '/a\r\nSet-Cookie: x',
    '/\t/evil.com',
    '/a b',
    '',
    'evil',
    '\\\\evil',
    `/${'x'.repeat(3000)}`,
  ]) {
    assert.is(safeReturnPath(bad), '/', JSON.stringify(bad));
  }
  for (const good of ['/', '/a/b?c=d&e=//x', '/a#b', '/%2f%2fevil']) assert.is(safeReturnPath(good), good);
});

test('law: a browser that follows a return path stays at its host', () => {
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((s) => `/${s}`),
    fc.stringMatching(/^[/\\.@:a-z]{0,12}$/),
  );
  fc.assert(
    fc.property(text, (target) => {
      const url = new URL(safeReturnPath(target), 'https://app.contoso.com/start');
      assert.is(url.origin, 'https://app.contoso.com');
    }),
    { numRuns: 500 },
  );
});

test('law: a decoded path never holds dot segments, controls or further codes', () => {
  const path = fc.stringMatching(/^\/[a-c./\\%2ef50]{0,16}$/);
  fc.assert(
    fc.property(path, (text) => {
      const decoded = decodedPath(text);
      if (decoded === undefined) return;
      assert.not.ok(decoded.split('/').some((segment) => segment === '.' || segment === '..'));
      assert.not.ok(/%[0-9a-f]{2}/i.test(decoded) || /\\/.test(decoded));
    }),
    { numRuns: 2000 },
  );
});

test.run();
