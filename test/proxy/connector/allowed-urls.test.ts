import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AllowedUrls, covers } from '../../../proxy/connector/allowed-urls.ts';
import { wholeBody } from '../../../proxy/host/body.ts';
import type { TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { scriptedOrigin } from '../origins.ts';
import { PlayedService } from './played-service.ts';

test('an origin is compared whole: scheme, host and port', () => {
  const allowed = new AllowedUrls(['http://app', 'http://app.internal:8080/', 'not a URL', 'ftp://app/']);
  const may = (url: string) => allowed.pathsOf(url) !== undefined;
  for (const url of ['http://app/', 'http://app', 'http://APP:80/x/', 'http://app.internal:8080/'])
    assert.ok(may(url), url);
  for (const url of [
    'http://app.evil/',
    'http://app.evil',
    'http://app@evil/',
    'http://app:81/',
    'https://app/',
    'http://app.internal/',
    'http://app.internal:80801/',
    'ftp://app/',
    'file:///etc/passwd',
    '',
  ]) {
    assert.not(may(url), url);
  }
});

test('a path prefix ends at a slash, for the internal URL and for the target', () => {
  const allowed = new AllowedUrls(['http://app/wiki', 'http://app/docs/']);
  assert.is(allowed.pathsOf('http://app/'), undefined);
  assert.is(allowed.pathsOf('http://app/wikileaks/'), undefined);
  assert.is(allowed.pathsOf('http://app/wiki/../'), undefined);
  const paths = allowed.pathsOf('http://app/wiki/');
  assert.equal(paths, ['/wiki/', '/docs/']);
  for (const target of ['/wiki/', '/wiki/a?next=/../x', '/docs/%C3%A9', '/wiki/a//b'])
    assert.ok(covers(paths ?? [], target), target);
  for (const target of [
    '/',
    '/wiki',
    '/wikileaks',
    '/admin',
    '/wiki/../admin',
    '/wiki/%2e%2e/admin',
    '/wiki/..%2fadmin',
    '/wiki/%252e%252e/admin',
    '/wiki\\..\\admin',
    '//wiki/',
    'http://evil/wiki/',
    '*',
    '',
  ]) {
    assert.not(covers(paths ?? [], target), target);
  }
});

test('a whole origin allows every path, but nothing that is no path', () => {
  const paths = new AllowedUrls(['http://app/', 'http://app/wiki/']).pathsOf('http://app/wiki/') ?? [];
  for (const target of ['/', '/admin', '/a/../b', '/%2e%2e']) assert.ok(covers(paths, target), target);
  for (const target of ['http://evil/', 'evil:80', '*', '']) assert.not(covers(paths, target), target);
});

test('a hostile service reaches nothing that is not on the connector’s own list', async () => {
  const called: string[] = [];
  const origin = scriptedOrigin(async (internalUrl, { target }) => {
    called.push(`${internalUrl} ${target}`);
    return { kind: 'answer', response: { status: 200, headers: [], body: wholeBody({ bytes: 3 }) } };
  });
  const internalUrls = {
    wiki: 'http://app.internal/wiki/',
    evil: 'http://app.internal.evil/wiki/',
    leaks: 'http://app.internal/wikileaks/',
  };
  const service = new PlayedService();
  service.configuration = JSON.stringify({
    applications: Object.entries(internalUrls).map(([id, internalUrl]) => ({ id, internalUrl, singleSignOn: 'none' })),
  });
  const connector = await service.start(['http://app.internal/wiki'], origin);
  const refused = (answer: TunnelAnswer) => assert.is(answer.kind === 'reset' && answer.code, 'unknown-application');
  for (const target of ['/admin', '/wiki/../admin', '/wiki/%2e%2e/admin', 'http://169.254.169.254/wiki/']) {
    refused(await service.request({ application: 'wiki', target }));
  }
  refused(await service.request({ application: 'evil', target: '/wiki/' }));
  refused(await service.request({ application: 'leaks', target: '/wikileaks/' }));
  assert.equal(called, []);
  assert.is((await service.request({ application: 'wiki', target: '/wiki/page' })).kind, 'answer');
  assert.equal(called, ['http://app.internal/wiki/ /wiki/page']);
  await connector.stop();
});

test.run();
