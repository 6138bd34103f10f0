import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs } from '../../../proxy/host/message.ts';
import { meansSignOut, signOutPage } from '../../../proxy/policy/sign-out.ts';

type Fields = Readonly<Record<string, string>>;

const asked = (method: string, headers: HeaderPairs): boolean =>
  meansSignOut({ method, host: 'shop.example', target: '/', headers, body: undefined, clientAddress: '' });

const site = (name: string, dest = 'document'): Fields => ({ 'Sec-Fetch-Site': name, 'Sec-Fetch-Dest': dest });

const table: ReadonlyArray<readonly [string, string, Fields, boolean]> = [
  ['GET', 'typed, or from a bookmark', site('none'), true],
  ['GET', 'a link of the application', site('same-origin'), true],
  ['GET', 'a link elsewhere', site('cross-site'), false],
  ['GET', 'a link of a sibling host', site('same-site'), false],
  ['GET', 'an image elsewhere', site('cross-site', 'image'), false],
  ['GET', 'an image that a user put on a page of the application', site('same-origin', 'image'), false],
  ['GET', 'a frame of the application', site('same-origin', 'iframe'), false],
  ['GET', 'a page loaded ahead', { ...site('none'), 'Sec-Purpose': 'prefetch;prerender' }, false],
  ['GET', 'a browser that tells nothing', {}, false],
  ['HEAD', 'no navigation', site('none'), false],
  ['DELETE', 'no form', site('same-origin'), false],
  ['POST', 'the form, or a script of the application', site('same-origin', 'empty'), true],
  ['POST', 'a form elsewhere', site('cross-site'), false],
  ['POST', 'a form of a sibling host', site('same-site'), false],
  ['POST', 'the form, in a browser without Fetch Metadata', { Origin: 'https://shop.example' }, true],
  ['POST', 'a form elsewhere, in such a browser', { Origin: 'https://evil.example' }, false],
  ['POST', 'a form in a sandbox', { Origin: 'null' }, false],
  ['POST', 'plain http', { Origin: 'http://shop.example' }, false],
  ['POST', 'Fetch Metadata counts, not Origin', { ...site('cross-site'), Origin: 'https://shop.example' }, false],
  ['POST', 'a client that tells nothing', {}, false],
];

for (const [method, who, fields, expected] of table) {
  test(`${method}, ${who}: ${expected ? 'signs out' : 'is asked'}`, () => {
    assert.is(asked(method, Object.entries(fields)), expected);
  });
}

test('a field given twice counts for nothing', () => {
  const twice: HeaderPairs = [
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-origin'],
    ['origin', 'https://shop.example'],
  ];
  assert.not.ok(asked('POST', twice));
});

test('the page asks with a form, shows in no frame and is kept by nobody', () => {
  const { status, headers, body } = signOutPage('GET');
  assert.is(status, 200);
  assert.is(signOutPage('POST').status, 403);
  assert.match(new TextDecoder().decode(body?.whole?.data), /<form method="post">.*<button>/s);
  const field = new Map(headers);
  assert.is(field.get('cache-control'), 'no-store');
  assert.match(field.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.not.match(
    field.get('content-security-policy') ?? '',
    /form-action/,
    'the post is redirected to the token service',
  );
});

test.run();
