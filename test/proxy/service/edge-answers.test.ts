import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeaderPairs, RequestMessage, ResponseMessage } from '../../../proxy/host/message.ts';
import type { PublishedApplication } from '../../../proxy/service/config.ts';
import { scriptedOrigin } from '../origins.ts';
import { ProxyRig } from './proxy-rig.ts';

type Change = Partial<RequestMessage> & { readonly more?: HeaderPairs };

async function ask(
  application: Partial<PublishedApplication>,
  change: (rig: ProxyRig) => Change,
  answer: HeaderPairs = [],
): Promise<ResponseMessage> {
  const rig = await ProxyRig.start({
    application,
    origin: scriptedOrigin(async (_url, request) => {
      const status = request.headers.some(([name]) => name === 'upgrade') ? 101 : 200;
      const fromOrigin = { pull: () => undefined, cancel: () => {} };
      const upgrade = { fromOrigin, sendToOrigin: () => {}, endToOrigin: () => {} };
      const response = { status, headers: answer, body: undefined, ...(status === 101 ? { upgrade } : {}) };
      return { kind: 'answer', response };
    }),
  });
  try {
    const { more, ...rest } = change(rig);
    const request = { ...rig.request('/a'), ...rest };
    return await rig.ask({ ...request, headers: [...request.headers, ...(more ?? [])] });
  } finally {
    await rig.stop();
  }
}

const field = (answer: ResponseMessage, name: string): string | undefined =>
  answer.headers.find(([key]) => key === name)?.[1];

const asked: ReadonlyArray<readonly [string, HeaderPairs, number]> = [
  ['a navigation', [['Sec-Fetch-Mode', 'navigate']], 302],
  ['a client that says nothing', [['Accept', 'application/json']], 302],
  ['fetch', [['Sec-Fetch-Mode', 'cors']], 401],
  ['fetch of the same origin', [['sec-fetch-mode', 'same-origin']], 401],
  ['a picture', [['Sec-Fetch-Mode', 'no-cors']], 401],
  ['an old library', [['X-Requested-With', 'XMLHttpRequest']], 401],
];
for (const [title, headers, status] of asked) {
  test(`without a session ${title} gets ${status}`, async () => {
    const answer = await ask({}, () => ({ headers }));
    assert.is(answer.status, status);
    assert.is(answer.proxyCause, 'sign-in');
    assert.is(field(answer, 'cache-control'), 'no-store');
    assert.is(field(answer, 'set-cookie') !== undefined, status === 302, 'a sign-in begins only where it can end');
  });
}

test('a page with a session is served as ever', async () => {
  assert.is((await ask({}, () => ({ more: [['Sec-Fetch-Mode', 'cors']] }))).status, 200);
});

test('search engines are not welcome at any published host, whatever is published below it', async () => {
  for (const externalPath of ['/', '/shop/']) {
    const answer = await ask({ externalPath }, () => ({ target: '/robots.txt', headers: [] }));
    assert.is(answer.status, 200);
    assert.is(new TextDecoder().decode(answer.body?.whole?.data), 'User-agent: *\nDisallow: /\n');
  }
  assert.is((await ask({}, () => ({ target: '/robots.txt', host: 'other.example' }))).status, 404);
  assert.is((await ask({}, () => ({ target: '/robots.txt.html' }))).body, undefined, 'the application’s own');
});

const location: HeaderPairs = [['Location', 'http://shop.internal/b']];
const places: ReadonlyArray<readonly [string, string, string]> = [
  ['shop.example', 'shop.example', 'https://shop.example/b'],
  ['shop.example', 'shop.example:8443', 'https://shop.example:8443/b'],
  ['*.shops.example', 'red.shops.example', 'https://red.shops.example/b'],
];
for (const [externalHost, host, expected] of places) {
  test(`a Location moves to ${expected} for who came to ${host}`, async () => {
    const answer = await ask({ externalHost }, () => ({ host }), location);
    assert.is(field(answer, 'Location'), expected);
  });
}

const sent: ReadonlyArray<readonly [string, Partial<PublishedApplication>, string]> = [
  ['its internal host', {}, 'shop.internal'],
  [
    'its internal host without the port of the scheme',
    { internalUrl: 'https://Shop.internal:443/app/' },
    'shop.internal',
  ],
  ['its internal host with another port', { internalUrl: 'http://shop.internal:8080/' }, 'shop.internal:8080'],
  ['the host the user typed, if told so', { hostHeader: 'external' }, 'shop.example:8443'],
];
for (const [title, application, host] of sent) {
  test(`an application is sent ${title}, and both ways hears of the external one`, async () => {
    const allowedInternalUrls = [application.internalUrl ?? 'http://shop.internal/'];
    const rig = await ProxyRig.start({ application, connector: { allowedInternalUrls } });
    await rig.ask({ ...rig.request('/a'), host: 'shop.example:8443' });
    await rig.stop();
    assert.is(rig.seen[0]?.host, host);
    const forwarded = rig.seen[0]?.headers.find(([name]) => name === 'x-forwarded-host');
    assert.is(forwarded?.[1], 'shop.example:8443');
  });
}

const handshakes: ReadonlyArray<readonly [string, string | undefined, Partial<PublishedApplication>, number]> = [
  ['no Origin', undefined, {}, 101],
  ['its own Origin', 'https://shop.example', {}, 101],
  ['a foreign Origin', 'https://evil.example', {}, 403],
  ['its own Origin in the clear', 'http://shop.example', {}, 403],
  ['an Origin that only begins like its own', 'https://shop.example.evil', {}, 403],
  ['an opaque Origin', 'null', {}, 403],
  ['an Origin that is allowed', 'https://portal.example', { webSocketOrigins: ['https://portal.example'] }, 101],
  ['an Origin beside the allowed one', 'https://evil.example', { webSocketOrigins: ['https://portal.example'] }, 403],
  ['any Origin where all are allowed', 'https://evil.example', { webSocketOrigins: 'any' }, 101],
  ['a foreign Origin without pre-authentication', 'https://evil.example', { preAuthentication: 'pass-through' }, 101],
];
for (const [title, origin, application, status] of handshakes) {
  test(`a WebSocket handshake with ${title}: ${status}`, async () => {
    const more: HeaderPairs = [
      ['Upgrade', 'websocket'],
      ...(origin === undefined ? [] : [['Origin', origin] as const]),
    ];
    assert.is((await ask(application, () => ({ more }))).status, status);
  });
}

test('a page that asks for a sign-in is not had by another spelling of its path', async () => {
  const rig = await ProxyRig.start({
    applications: [
      { id: 'public', internalUrl: 'http://in.internal/', preAuthentication: 'pass-through' },
      { id: 'admin', internalUrl: 'http://in.internal/admin/', externalPath: '/admin/' },
    ],
  });
  try {
    assert.is((await rig.ask(rig.request('/x', []))).status, 200);
    assert.is((await rig.ask(rig.request('/admin/x', []))).status, 302);
    assert.is((await rig.ask(rig.request('/ADMIN/x', []))).status, 400);
    assert.is(rig.seen.length, 1);
  } finally {
    await rig.stop();
  }
});

test('a request that is no handshake may come with any Origin', async () => {
  assert.is((await ask({}, () => ({ more: [['Origin', 'https://evil.example']] }))).status, 200);
});

test.run();
