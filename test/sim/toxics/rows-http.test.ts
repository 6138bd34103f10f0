import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { parseToxicsOptions } from '../../../sim/toxics/options.ts';
import { freePort } from '../../free-port.ts';
import { type Bench, embeddedRow, registerRows, row } from './rows.ts';
import { afterwards, connect } from './sockets.ts';
import { answering, command, request } from './target.ts';

row(1, 'flags -host -port -config -seed -runtime-metrics -proxy-metrics, one dash or two', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'toxics-'));
  afterwards(() => rm(folder, { recursive: true }));
  const config = path.join(folder, 'proxies.json');
  writeFileSync(config, JSON.stringify([{ name: 'from-file', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' }]));
  for (const dash of ['-', '--']) {
    const port = await freePort();
    const flags = ['host=127.0.0.1', `port=${port}`, `config=${config}`, 'seed=7', 'runtime-metrics', 'proxy-metrics'];
    if (
      command(
        t.target.kind,
        flags.map((flag) => dash + flag),
      ) === undefined
    )
      return;
    const server = await answering({ url: `http://127.0.0.1:${port}` });
    assert.equal(Object.keys((await server.call('GET', '/proxies')).json), ['from-file']);
    assert.is((await server.call('GET', '/metrics')).status, 200);
  }
  const version = command(t.target.kind, ['-version']);
  await version?.exit();
  assert.match(version?.output ?? '', /^toxiproxy-server version /);
});

embeddedRow(1, 'default address localhost:8474', async () => {
  const { host, port } = parseToxicsOptions([]);
  assert.equal({ host, port }, { host: 'localhost', port: 8474 });
  assert.is(parseToxicsOptions(['-port', '1']).port, 1);
  assert.throws(
    () => parseToxicsOptions(['-prot=1', '-port', 'x']),
    /not defined: -prot[\s\S]*invalid value "x" for -port/,
  );
});

row(2, 'GET /version, byte for byte', async (t) => {
  const reply = await t.ok(200, 'GET', '/version');
  assert.is(reply.headers['content-type'], 'application/json;charset=utf-8');
  // A server built with `go install` prints what the linker was told, `git` without it.
  assert.match(reply.text, t.real ? /^\{"version": "[^"]+"\}\n$/ : /^\{"version": "2\.12\.0"\}\n$/);
});

row(3, 'the version parses as at least 2.6.0', async (t) => {
  const { version } = (await t.ok(200, 'GET', '/version')).json;
  if (t.real && version === 'git') return;
  const [major, minor] = version.split('.').map(Number);
  assert.ok(major === 2 && minor >= 6, version);
});

row(4, 'GET /proxies: object keyed by name, {} when empty', async (t) => {
  if (Object.keys((await t.ok(200, 'GET', '/proxies')).json).length === 0) {
    assert.is((await t.call('GET', '/proxies')).text, '{}');
  }
  const made = await t.proxy();
  assert.is((await t.ok(200, 'GET', '/proxies')).json[made.name].name, made.name);
});

row(4, 'proxies come in the order of their names as text', async (t) => {
  const names = ['10', '2', 'b', 'a'].map((name) => t.named(name));
  for (const name of names)
    await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: '127.0.0.1:9' });
  const { text } = await t.ok(200, 'GET', '/proxies');
  const places = ['10', '2', 'a', 'b'].map((name) => text.indexOf(`"${name}":{`));
  assert.ok(!places.includes(-1));
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
  );
});

row(5, 'POST /proxies: 201 with the proxy', async (t) => {
  const name = t.name();
  const reply = await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: '127.0.0.1:9' });
  assert.is(reply.json.name, name);
  assert.is(reply.json.enabled, true);
  assert.equal(reply.json.toxics, []);
});

row(6, 'GET /proxies/{p}: 200 with toxics embedded', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'noop' });
  const { toxics } = (await t.ok(200, 'GET', made.path)).json;
  assert.equal(toxics, [{ attributes: {}, name: 'noop_downstream', type: 'noop', stream: 'downstream', toxicity: 1 }]);
});

row(7, 'POST and PATCH /proxies/{p} both update', async (t) => {
  const made = await t.proxy();
  for (const [verb, upstream] of [
    ['POST', '127.0.0.1:10'],
    ['PATCH', '127.0.0.1:11'],
  ] as const) {
    assert.is((await t.ok(200, verb, made.path, { upstream })).json.upstream, upstream);
  }
});

row(8, 'DELETE /proxies/{p}: 204, empty body', async (t) => {
  const made = await t.proxy();
  assert.is((await t.ok(204, 'DELETE', made.path)).text, '');
  await t.fails(404, 'proxy not found', 'GET', made.path);
});

row(9, 'GET /proxies/{p}/toxics: 200 array, [] when none', async (t) => {
  const made = await t.proxy();
  assert.is((await t.ok(200, 'GET', `${made.path}/toxics`)).text, '[]');
});

row(10, 'POST /proxies/{p}/toxics: 200, not 201', async (t) => {
  const made = await t.proxy();
  assert.is((await t.call('POST', `${made.path}/toxics`, { type: 'noop' })).status, 200);
});

row(11, 'GET, POST, PATCH /proxies/{p}/toxics/{t}: 200', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'latency', name: 'x', attributes: { latency: 1 } });
  for (const verb of ['POST', 'PATCH']) {
    const reply = await t.ok(200, verb, `${made.path}/toxics/x`, { attributes: { latency: 5 } });
    assert.equal(reply.json.attributes, { latency: 5, jitter: 0 });
  }
  assert.is((await t.ok(200, 'GET', `${made.path}/toxics/x`)).json.attributes.latency, 5);
});

row(12, 'DELETE toxic: 204', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'noop', name: 'x' });
  assert.is((await t.ok(204, 'DELETE', `${made.path}/toxics/x`)).text, '');
  assert.equal((await t.ok(200, 'GET', `${made.path}/toxics`)).json, []);
});

row(13, 'POST /reset: 204; GET /reset: 405', async (t) => {
  assert.is((await t.ok(204, 'POST', '/reset')).text, '');
  await t.ok(405, 'GET', '/reset');
});

row(14, 'POST /populate: 201 with the proxies', async (t) => {
  const name = t.name();
  const reply = await t.ok(201, 'POST', '/populate', [{ name, listen: '127.0.0.1:0', upstream: '127.0.0.1:9' }]);
  assert.equal(
    reply.json.proxies.map((proxy: { name: string }) => proxy.name),
    [name],
  );
});

row(15, 'GET /metrics only with a metrics flag, then any verb', async (t) => {
  await t.ok(404, 'GET', '/metrics');
  const port = await freePort();
  if (command(t.target.kind, ['-host=127.0.0.1', `-port=${port}`, '-proxy-metrics']) === undefined) return;
  const server = await answering({ url: `http://127.0.0.1:${port}` });
  for (const verb of ['GET', 'PUT', 'DELETE']) assert.is((await server.call(verb, '/metrics')).status, 200, verb);
});

row(16, 'wrong verb: 405, empty body', async (t) => {
  const made = await t.proxy();
  for (const [verb, target] of [
    ['PUT', '/proxies'],
    ['HEAD', '/version'],
    ['OPTIONS', '/proxies'],
    ['DELETE', '/proxies'],
    ['PUT', made.path],
    ['PATCH', `${made.path}/toxics`],
  ] as const) {
    assert.is((await t.ok(405, verb, target)).text, '', `${verb} ${target}`);
  }
});

/** What a server answers to bytes that no HTTP client would send. */
async function raw(t: Bench, bytes: string): Promise<string> {
  const peer = await connect(Number(new URL(t.target.url).port));
  peer.write(bytes);
  await peer.end();
  return peer.text;
}

row(16, 'a verb that HTTP does not know, or in lower case: 405 as well', async (t) => {
  for (const verb of ['FOO', 'get']) {
    const text = await raw(t, `${verb} /proxies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(text, /^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    assert.match(text, /\r\n\r\n$/);
  }
});

row(16, 'CONNECT: 405 as any wrong verb, 404 where there is nothing; the server lives on', async (t) => {
  const head = 'HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  assert.match(await raw(t, `CONNECT /proxies ${head}`), /^HTTP\/1\.1 405 Method Not Allowed\r\n[\s\S]*\r\n\r\n$/);
  assert.match(await raw(t, `CONNECT /nothing ${head}`), /^HTTP\/1\.1 404 Not Found\r\n/);
  await t.ok(200, 'GET', '/version');
});

row(17, 'what is not HTTP: 400', async (t) => {
  for (const bytes of [
    'nonsense\r\n\r\n',
    'GET /version HTTP/1.1\r\n\r\n',
    'GET /version HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n',
    'GET /proxies/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n',
  ]) {
    assert.match(await raw(t, bytes), /^HTTP\/1\.1 400 Bad Request/, bytes);
  }
});

row(17, 'HTTP/1.0 needs no Host', async (t) => {
  assert.match(await raw(t, 'GET /version HTTP/1.0\r\n\r\n'), /^HTTP\/1\.[01] 200 OK/);
});

row(17, 'unknown path or trailing slash: 404 text', async (t) => {
  for (const target of ['/', '/nothing', '/proxies/', '/version/', '/proxies/a/b', '/proxies/a/toxics/b/c']) {
    const reply = await t.ok(404, 'GET', target);
    assert.is(reply.text, '404 page not found\n', target);
    assert.is(reply.headers['content-type'], 'text/plain; charset=utf-8');
  }
});

row(18, 'double slash: 301 to the clean path; query ignored', async (t) => {
  const reply = await t.ok(301, 'GET', '//version');
  assert.is(reply.headers.location, '/version');
  assert.is((await t.ok(301, 'GET', '/proxies//x/../y')).headers.location, '/proxies/y');
  await t.ok(200, 'GET', '/version?x=1');
  assert.is((await t.ok(301, 'GET', '//version?x=1&y=?')).headers.location, '/version?x=1&y=?');
  assert.is((await t.ok(301, 'GET', '//proxies/a%20b')).headers.location, '/proxies/a%20b');
});

row(19, 'X-Toxiproxy-Request-Id on matched routes only', async (t) => {
  const first = (await t.ok(200, 'GET', '/version')).headers['x-toxiproxy-request-id'];
  const second = (await t.ok(200, 'GET', '/version')).headers['x-toxiproxy-request-id'];
  assert.match(String(first), /^[0-9a-v]{20}$/);
  assert.is.not(first, second);
  assert.is((await t.ok(405, 'PUT', '/version')).headers['x-toxiproxy-request-id'], undefined);
  assert.is((await t.ok(404, 'GET', '/nothing')).headers['x-toxiproxy-request-id'], undefined);
  assert.ok((await t.ok(404, 'GET', '/proxies/none')).headers['x-toxiproxy-request-id']);
});

row(20, 'User-Agent starting Mozilla/: 403, unknown paths still 404', async (t) => {
  const as = (agent: string, target = '/version') => t.call('GET', target, undefined, { 'User-Agent': agent });
  const refused = await as('Mozilla/5.0 (X11)');
  assert.is(refused.status, 403);
  assert.is(refused.text, 'User agent not allowed\n');
  assert.is((await as('mozilla/5.0')).status, 200);
  assert.is((await as('curl Mozilla/5.0')).status, 200);
  assert.is((await as('Mozilla/5.0', '/nothing')).status, 404);
});

row(21, 'foreign Host or Origin is refused (the real server takes anything)', async (t) => {
  const allowed = t.real ? 200 : 403;
  const withHeaders = async (headers: Record<string, string>): Promise<number> =>
    (await t.call('GET', '/proxies', undefined, headers)).status;
  assert.is(await withHeaders({ Host: 'evil.example' }), allowed);
  assert.is(await withHeaders({ Host: 'evil.example:8474' }), allowed);
  assert.is(await withHeaders({ Origin: 'https://evil.example' }), allowed);
  assert.is(await withHeaders({ Origin: 'null' }), allowed);
  assert.is(await withHeaders({ Host: 'localhost:8474' }), 200);
  assert.is(await withHeaders({ Host: '127.0.0.1' }), 200);
  assert.is(await withHeaders({ Host: '[::1]:8474' }), 200);
  assert.is(await withHeaders({ Origin: 'http://localhost:3000' }), 200);
  assert.is(await withHeaders({ 'Content-Type': 'text/weird' }), 200);
});

embeddedRow(
  21,
  'an Origin is this machine or a name that was allowed, a Host nothing that only a URL understands',
  async (t) => {
    const asked = async (headers: Record<string, string>, path = '/proxies'): Promise<number> =>
      (await t.call('GET', path, undefined, headers)).status;
    for (const origin of [
      'http://203.0.113.5',
      'http://[2001:db8::1]',
      'http://0x7f.1',
      'http://2130706433',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://evil.example#localhost',
      'localhost',
      'file://localhost',
      '',
    ]) {
      assert.is(await asked({ Origin: origin }), 403, `Origin ${origin}`);
    }
    for (const origin of ['http://127.0.0.1:3000', 'https://[::1]', 'http://app.localhost:80', 'HTTP://LOCALHOST']) {
      assert.is(await asked({ Origin: origin }), 200, `Origin ${origin}`);
    }
    for (const host of [
      'evil.com@localhost',
      'localhost#evil.com',
      'localhost/evil.com',
      '2130706433',
      '0x7f.1',
      'localhost:80:80',
      '[localhost]',
      '::1',
    ]) {
      assert.is(await asked({ Host: host }), 403, `Host ${host}`);
    }
    for (const [verb, path] of [
      ['GET', '/nothing'],
      ['PUT', '/version'],
      ['GET', '//version'],
    ] as const) {
      const status = (await t.call(verb, path, undefined, { Host: 'evil.example' })).status;
      assert.is(status, 403, `${verb} ${path}`);
    }
  },
);

embeddedRow(21, 'beyond loopback a bare name is a fine Host, yet no Origin unless it was allowed', async () => {
  const server = await startToxicServer({ host: '0.0.0.0', allowedHosts: ['ci', '192.0.2.7'] });
  afterwards(() => server.close());
  const asked = async (headers: Record<string, string>): Promise<number> =>
    (await request(server.url, 'GET', '/version', undefined, headers)).status;
  for (const Host of ['toxiproxy', 'ci:8474', '192.0.2.9', 'localhost']) assert.is(await asked({ Host }), 200, Host);
  for (const Host of ['2130706433', '0x7f000001', 'evil.example']) assert.is(await asked({ Host }), 403, Host);
  for (const Origin of ['http://ci', 'http://192.0.2.7:80']) assert.is(await asked({ Origin }), 200, Origin);
  for (const Origin of ['http://toxiproxy', 'http://192.0.2.9']) assert.is(await asked({ Origin }), 403, Origin);
});

row(22, 'success body has no final newline, error body has one', async (t) => {
  const made = await t.proxy();
  assert.is((await t.ok(200, 'GET', made.path)).text.at(-1), '}');
  assert.is((await t.ok(404, 'GET', '/proxies/none')).text.at(-1), '\n');
});

row(23, 'error body and headers', async (t) => {
  const reply = await t.ok(404, 'GET', '/proxies/none');
  assert.is(reply.text, '{"error":"proxy not found","status":404}\n');
  assert.is(reply.headers['content-type'], 'text/plain; charset=utf-8');
  assert.is(reply.headers['x-content-type-options'], 'nosniff');
});

row(24, '/populate errors are application/json and carry proxies', async (t) => {
  const reply = await t.ok(400, 'POST', '/populate', [{ name: 'x' }]);
  assert.is(reply.headers['content-type'], 'application/json');
  assert.is(reply.json.error, 'missing required field: upstream at proxy 1');
  assert.is(reply.json.status, 400);
  assert.ok('proxies' in reply.json);
});

embeddedRow(25, 'a body that stalls gets 503 (real: after 15 s; here the limit is 400 ms)', async (t) => {
  const peer = await connect(Number(new URL(t.target.url).port));
  peer.write('POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"na');
  await peer.end();
  assert.match(peer.text, /^HTTP\/1\.1 503 /);
  assert.match(peer.text, /\r\n\r\n$/);
});

embeddedRow(25, 'a request that is answered before its body has come gives its connection back', async (t) => {
  const port = Number(new URL(t.target.url).port);
  for (const [target, status] of [
    ['/proxies/none', 404],
    ['/nothing', 404],
    ['/version', 405],
  ] as const) {
    const peer = await connect(port);
    peer.write(`POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"na`);
    await peer.end();
    assert.match(peer.text, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(peer.text, /\r\nConnection: close\r\n/);
  }
});

embeddedRow(25, 'a head that never ends gives its connection back', async (t) => {
  const text = await raw(t, 'GET /version HTTP/1.1\r\nHost: localhost\r\n');
  assert.match(text, /^HTTP\/1\.1 408 /);
});

row(26, 'keep-alive on the API connection', async (t) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  afterwards(() => agent.destroy());
  const sockets = new Set<net.Socket>();
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve, reject) => {
      const call = http.get(`${t.target.url}/version`, { agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      call.on('socket', (socket) => sockets.add(socket));
      call.on('error', reject);
    });
  }
  assert.is(sockets.size, 1);
});

registerRows();
test.run();
