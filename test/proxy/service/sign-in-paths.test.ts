import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Host } from '../../../proxy/host/host.ts';
import type { HeaderPairs, ResponseMessage } from '../../../proxy/host/message.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { micros } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import { redirectUri } from '../../../proxy/policy/own-paths.ts';
import { TokenServiceModel } from '../../../proxy/token/model.ts';
import { CookieJar } from '../../../sim/workload/cookie-jar.ts';
import { ProxyRig } from './proxy-rig.ts';

const externalHost = 'apps.example';
const applications = [
  { id: 'shop', externalHost, externalPath: '/shop/', internalUrl: 'http://shop.internal/' },
  { id: 'hr', externalHost, externalPath: '/shop/hr/', internalUrl: 'http://hr.internal/base/' },
  { id: 'wiki', externalHost, externalPath: '/wiki/', internalUrl: 'http://wiki.internal/' },
  {
    id: 'open',
    externalHost,
    externalPath: '/open/',
    internalUrl: 'http://open.internal/',
    preAuthentication: 'pass-through' as const,
  },
];

/** Applications that share a host, a token service that knows the addresses of three of them, and one browser. */
class SharedHost {
  readonly jar = new CookieJar();
  rig!: ProxyRig;
  model!: TokenServiceModel;

  static async start(registered = ['/shop/', '/shop/hr/', '/wiki/']): Promise<SharedHost> {
    const shared = new SharedHost();
    const identity = (host: Host) => {
      shared.model = new TokenServiceModel(host.clock, seededRandom('paths'), nodeCrypto('token service'), {
        exchangeTime: micros(0),
        redirectUris: registered.map((path) => redirectUri(externalHost, path)),
      });
      return shared.model.port();
    };
    shared.rig = await ProxyRig.start({ applications, identity });
    return shared;
  }

  /** One exchange with every cookie the browser has, as `Path=/` makes it; cookies of the answer are kept. */
  async ask(target: string, method = 'GET', fields: HeaderPairs = []): Promise<ResponseMessage> {
    const request = { ...this.rig.request(target, [...this.jar.fields, ...fields], method), host: externalHost };
    const answer = await this.rig.ask(request);
    this.jar.absorb(answer.headers);
    return answer;
  }

  /** Where the token service sends the user whom `redirect` sent there; a status when it refuses. */
  async authorize(redirect: ResponseMessage): Promise<string> {
    const visit = await this.model.authorize(locationOf(redirect), 'ada@example', new CancelSource());
    return visit.kind === 'callback' ? visit.url : `status ${visit.status}`;
  }

  /** From the redirect to the page first asked for; gives its path. */
  async signIn(redirect: ResponseMessage): Promise<string> {
    const callback = new URL(await this.authorize(redirect));
    const done = await this.ask(callback.pathname + callback.search);
    assert.is(done.status, 302, `${callback.pathname}: ${done.proxyCause}`);
    return locationOf(done);
  }
}

function locationOf({ headers }: ResponseMessage): string {
  return headers.find(([name]) => name === 'location')?.[1] ?? '';
}

test('applications under paths of one host sign in each by itself, and end where they began', async () => {
  const shared = await SharedHost.start();
  try {
    for (const [target, cookies] of [
      ['/shop/orders?id=1', 1],
      ['/shop/hr/leave', 2],
      ['/wiki/', 3],
    ] as const) {
      const redirect = await shared.ask(target);
      assert.is(redirect.status, 302, `${target}: no other application's session counts`);
      assert.is(await shared.signIn(redirect), target);
      assert.is((await shared.ask(target)).status, 200, target);
      assert.is(shared.jar.fields[0]?.[1].split(';').length, cookies, 'one cookie an application');
    }
    assert.is((await shared.ask('/open/page')).status, 200);
    assert.equal(shared.rig.urls, [
      'http://shop.internal/',
      'http://hr.internal/base/',
      'http://wiki.internal/',
      'http://open.internal/',
    ]);
    assert.equal(
      shared.rig.seen.map(({ target }) => target),
      ['/orders?id=1', '/base/leave', '/', '/page'],
    );
    for (const { headers } of shared.rig.seen)
      assert.not.match(JSON.stringify(headers), /holdfast-(shop|hr|wiki|signin)/i);
  } finally {
    await shared.rig.stop();
  }
});

test('a form sent without a session, and a path typed without its last slash, lead to the application', async () => {
  const shared = await SharedHost.start();
  try {
    assert.is(await shared.signIn(await shared.ask('/wiki/save', 'POST')), '/wiki/');
    for (const [typed, there] of [
      ['/shop', '/shop/'],
      ['/shop?a=b', '/shop/?a=b'],
      ['/open', '/open/'],
    ] as const) {
      const moved = await shared.ask(typed);
      assert.equal([moved.status, locationOf(moved)], [308, there]);
    }
    assert.is(await shared.signIn(await shared.ask('/shop/?a=b')), '/shop/?a=b');
    await shared.ask('/shop/?a=b');
    await shared.ask('/shop//evil.example/x');
    assert.equal(
      shared.rig.seen.map(({ target }) => target),
      ['/?a=b', '/evil.example/x'],
    );
  } finally {
    await shared.rig.stop();
  }
});

test('signing out of one application leaves the others signed in', async () => {
  const shared = await SharedHost.start();
  try {
    for (const target of ['/shop/', '/shop/hr/', '/wiki/']) await shared.signIn(await shared.ask(target));
    const out = await shared.ask('/shop/.holdfast/sign-out', 'POST', [['Sec-Fetch-Site', 'same-origin']]);
    assert.is(locationOf(out), '/shop/');
    assert.is((await shared.ask('/shop/')).status, 302);
    assert.is((await shared.ask('/shop/hr/')).status, 200);
    assert.is((await shared.ask('/wiki/')).status, 200);
    assert.is((await shared.ask('/.holdfast/sign-out')).status, 404, 'nothing is published there');
    assert.is((await shared.ask('/open/.holdfast/sign-out')).status, 200, 'a pass-through application has every path');
  } finally {
    await shared.rig.stop();
  }
});

test('a page elsewhere signs nobody out: the address asks first, and its form does it', async () => {
  const shared = await SharedHost.start();
  try {
    await shared.signIn(await shared.ask('/shop/'));
    const elsewhere: HeaderPairs = [
      ['Sec-Fetch-Site', 'cross-site'],
      ['Sec-Fetch-Dest', 'image'],
    ];
    const asked = await shared.ask('/shop/.holdfast/sign-out', 'GET', elsewhere);
    assert.is(asked.status, 200);
    assert.match(new TextDecoder().decode(asked.body?.whole?.data), /<form method="post">/);
    assert.is(
      asked.headers.find(([name]) => name === 'set-cookie'),
      undefined,
    );
    assert.is((await shared.ask('/shop/.holdfast/sign-out', 'POST', elsewhere)).status, 403);
    assert.is((await shared.ask('/shop/')).status, 200, 'still signed in');
    await shared.ask('/shop/.holdfast/sign-out', 'POST', [['Origin', 'https://apps.example']]);
    assert.is((await shared.ask('/shop/')).status, 302);
  } finally {
    await shared.rig.stop();
  }
});

test('many tabs of two applications sign in at once: no sign-in takes the place of the other application', async () => {
  const shared = await SharedHost.start();
  try {
    for (let round = 0; round < 24; round++) {
      const first = await shared.ask('/shop/');
      const second = await shared.ask('/wiki/');
      assert.is(await shared.signIn(second), '/wiki/');
      assert.is(await shared.signIn(first), '/shop/');
      shared.jar.set('__Host-holdfast-shop', 'gone');
      shared.jar.set('__Host-holdfast-wiki', 'gone');
    }
  } finally {
    await shared.rig.stop();
  }
});

test('many tabs at long addresses leave room for a head: a long query, or a long path, is not remembered', async () => {
  const shared = await SharedHost.start();
  try {
    const long = 'x'.repeat(1900);
    assert.is(await shared.signIn(await shared.ask(`/shop/find?q=${long}`)), '/shop/find');
    shared.jar.set('__Host-holdfast-shop', 'gone');
    assert.is(await shared.signIn(await shared.ask(`/shop/${long}`)), '/shop/');
    shared.jar.set('__Host-holdfast-shop', 'gone');
    const short = `/shop/find?q=${'x'.repeat(499)}`;
    assert.is(await shared.signIn(await shared.ask(short)), short, '512 characters');
    shared.jar.set('__Host-holdfast-shop', 'gone');
    const path = `/shop/${'x'.repeat(506)}`;
    for (let tab = 0; tab < 60; tab++) assert.is((await shared.ask(`${path}?${'y'.repeat(1400)}`)).status, 302);
    const bytes = shared.jar.fields[0]?.[1].length ?? 0;
    assert.ok(bytes > 5_000, `${bytes} bytes of cookies: they carry the addresses`);
    assert.ok(bytes < 9_000, `${bytes} bytes of cookies`);
  } finally {
    await shared.rig.stop();
  }
});

test('a callback of one application is worth nothing at another', async () => {
  const shared = await SharedHost.start();
  try {
    const callback = new URL(await shared.authorize(await shared.ask('/shop/')));
    const moved = await shared.ask(`/wiki/.holdfast/callback${callback.search}`);
    assert.is(moved.proxyCause, 'sign-in-failed');
    const [name = '', value = ''] = (shared.jar.fields[0]?.[1] ?? '').split('=');
    shared.jar.set(name.replace('-shop', '-wiki'), value);
    const renamed = await shared.ask(`/wiki/.holdfast/callback${callback.search}`);
    assert.is(renamed.proxyCause, 'sign-in-failed', 'the state is sealed to its application');
  } finally {
    await shared.rig.stop();
  }
});

test('the token service sends nobody to an address that is not registered', async () => {
  const shared = await SharedHost.start(['/shop/']);
  try {
    assert.match(
      await shared.authorize(await shared.ask('/shop/')),
      /^https:\/\/apps\.example\/shop\/\.holdfast\/callback\?/,
    );
    assert.is(await shared.authorize(await shared.ask('/wiki/')), 'status 400');
  } finally {
    await shared.rig.stop();
  }
});

test.run();
