import { randomBytes } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ConfigSource,
  type RunningRole,
  startConnectorRole,
  startServiceRole,
  startTokenServiceRole,
} from 'holdfast/proxy';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CookieJar } from '../../../sim/workload/cookie-jar.ts';
import { Browser } from './identity/browser.ts';

/** Live roles in this process: oidc-provider, a service instance, a connector, and a backend for each application. */
const externalHost = 'apps.holdfast.test';
const application = (id: string, more: object = {}): object => ({
  id,
  externalHost,
  externalPath: `/${id}/`,
  internalUrl: `http://${id}.internal/`,
  group: 'main',
  userHeader: 'X-Auth-User',
  ...more,
});
const applications = [
  application('shop'),
  application('wiki'),
  application('open', { preAuthentication: 'pass-through' }),
];

const roles: RunningRole[] = [];
const servers: Server[] = [];
const reached: Array<{ readonly application: string; readonly target: string; readonly cookie: string }> = [];
let frontPort = 0;
let issuer = '';

async function start(role: (from: ConfigSource) => Promise<RunningRole>, config: ConfigSource): Promise<RunningRole> {
  const running = await role(config);
  roles.push(running);
  return running;
}

async function backend(id: string): Promise<string> {
  const server = createServer((request, response) => {
    reached.push({ application: id, target: request.url ?? '', cookie: request.headers.cookie ?? '' });
    response.setHeader('set-cookie', `own-${id}=1; Path=/`);
    response.end(`${id} for ${request.headers['x-auth-user'] ?? 'nobody'}`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.before(async () => {
  const token = await start(startTokenServiceRole, {
    redirectUris: ['shop', 'wiki'].map((id) => `https://${externalHost}/${id}/.holdfast/callback`),
    users: [{ name: 'ada@contoso.com', password: 'pa55' }],
  });
  issuer = String(token.ready['issuer']);
  const service = await start(startServiceRole, {
    instanceId: 'service/1',
    applications,
    connectors: [{ id: 'connector/1', group: 'main' }],
    behaviour: 'documented',
    front: {},
    tunnelTls: null,
    secret: randomBytes(32).toString('base64url'),
    tokenService: { issuer, clientId: 'holdfast' },
    logLevel: 'error',
  });
  frontPort = Number(service.ready['frontPort']);
  const hosts: Record<string, string> = {};
  for (const id of ['shop', 'wiki', 'open']) hosts[`${id}.internal`] = await backend(id);
  await start(startConnectorRole, {
    connectorId: 'connector/1',
    instances: [`127.0.0.1:${service.ready['tunnelPort']}`],
    allowedInternalUrls: Object.keys(hosts).map((host) => `http://${host}/`),
    hosts,
    tls: null,
    logLevel: 'error',
  });
});

test.after(async () => {
  for (const role of roles.reverse()) await role.stop();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
  readonly setCookies: readonly string[];
}

/** A user's browser: every cookie of the host to every path of it, and a token service that remembers the user. */
class User {
  readonly jar = new CookieJar();
  readonly #browser = new Browser();

  /** A navigation typed by hand unless `more` says otherwise. */
  async ask(
    target: string,
    more: object = { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' },
  ): Promise<Answer> {
    const headers = { host: externalHost, ...Object.fromEntries(this.jar.fields), ...more };
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const signal = AbortSignal.timeout(20_000);
      httpRequest({ host: '127.0.0.1', port: frontPort, path: target, headers, agent: false, signal }, resolve)
        .on('error', reject)
        .end();
    });
    let text = '';
    for await (const data of message) text += String(data);
    const setCookies = message.headers['set-cookie'] ?? [];
    this.jar.absorb(setCookies.map((cookie) => ['set-cookie', cookie] as const));
    return { status: message.statusCode ?? 0, location: message.headers.location ?? '', text, setCookies };
  }

  /** Follows a redirect through the token service and back; gives the path the callback leads to. */
  async signIn({ location }: Answer): Promise<string> {
    assert.ok(location.startsWith(`${issuer}/`), location);
    let back = await this.#browser.follow(location, issuer);
    if (!('away' in back)) {
      await back.answer.body?.cancel();
      back = await this.#browser.follow(back.url, issuer, { user: 'ada@contoso.com', password: 'pa55' });
    }
    if (!('away' in back)) throw new Error(`status ${back.answer.status}: ${await back.answer.text()}`);
    const callback = new URL(back.away);
    assert.is(callback.host, externalHost);
    const done = await this.ask(callback.pathname + callback.search);
    assert.is(done.status, 302, `${callback.pathname}: ${done.text}`);
    return done.location;
  }
}

test('two applications under paths of one host: oidc-provider sends each user back to where each began', async () => {
  const user = new User();
  for (const id of ['shop', 'wiki']) {
    assert.is(await user.signIn(await user.ask(`/${id}/page?x=1`)), `/${id}/page?x=1`);
    assert.is((await user.ask(`/${id}/page?x=1`)).text, `${id} for ada@contoso.com`);
  }
  assert.is((await user.ask('/open/page')).text, 'open for nobody');
  assert.equal(
    reached.map(({ application, target }) => `${application} ${target}`),
    ['shop /page?x=1', 'wiki /page?x=1', 'open /page'],
  );
  for (const { cookie } of reached) assert.not.match(cookie, /__host-holdfast/i);
});

test('a cookie that a backend sets for everything is for its own path', async () => {
  const user = new User();
  const { setCookies } = await user.ask('/open/page');
  assert.equal(setCookies, ['own-open=1; Path=/open/']);
});

test('signing out of one application ends its session, asks again, and leaves the other', async () => {
  const user = new User();
  for (const id of ['shop', 'wiki']) await user.signIn(await user.ask(`/${id}/`));
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
  assert.match((await user.ask('/shop/.holdfast/sign-out', image)).text, /Sign out\?/);
  assert.is((await user.ask('/shop/')).text, 'shop for ada@contoso.com', 'an image tag elsewhere signs nobody out');
  const out = await user.ask('/shop/.holdfast/sign-out');
  assert.is(out.location, '/shop/');
  const again = await user.ask('/shop/');
  assert.is(new URL(again.location).searchParams.get('prompt'), 'login');
  assert.is((await user.ask('/wiki/')).text, 'wiki for ada@contoso.com');
  assert.is(await user.signIn(again), '/shop/');
  assert.is((await user.ask('/shop/')).text, 'shop for ada@contoso.com');
});

test('an address, an id and a reserved path cannot be taken twice', async () => {
  const twice = { ...application('shop'), externalHost: externalHost.toUpperCase() };
  const hidden = application('x', { externalPath: '/shop/.holdfast/' });
  const unclear = application('y', { externalPath: '/%61/' });
  try {
    await start(startServiceRole, {
      instanceId: 'service/2',
      applications: [...applications, twice, hidden, unclear],
      connectors: [{ id: 'connector/1', group: 'main' }],
      front: {},
      tunnelTls: null,
      tokenService: { issuer, clientId: 'holdfast' },
    });
    assert.unreachable();
  } catch (error) {
    const { message } = error as Error;
    assert.match(message, /applications.3.*the id shop/);
    assert.match(message, /applications.3.*the address apps\.holdfast\.test\/shop\//);
    assert.match(message, /applications.4.*\.holdfast\//);
    assert.match(message, /applications.5.*plain path/);
  }
});

test.run();
