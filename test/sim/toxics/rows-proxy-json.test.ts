import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../free-port.ts';
import { portOf, registerRows, row } from './rows.ts';
import { connect, connectError } from './sockets.ts';

const upstream = '127.0.0.1:9';

row(27, 'proxy fields in order; Logger is left out (decided: clients ignore unknown keys)', async (t) => {
  const made = await t.proxy();
  const keys = Object.keys((await t.ok(200, 'GET', made.path)).json);
  assert.equal(
    keys,
    t.real
      ? ['name', 'listen', 'upstream', 'enabled', 'Logger', 'toxics']
      : ['name', 'listen', 'upstream', 'enabled', 'toxics'],
  );
});

row(28, 'missing name is told before missing upstream', async (t) => {
  await t.fails(400, 'missing required field: name', 'POST', '/proxies', {});
  await t.fails(400, 'missing required field: name', 'POST', '/proxies', { name: '', upstream });
});

row(29, 'missing upstream', async (t) => {
  await t.fails(400, 'missing required field: upstream', 'POST', '/proxies', { name: 'x', listen: '127.0.0.1:0' });
});

row(30, 'bad JSON: 400 with the prefix; empty body gives EOF', async (t) => {
  await t.fails(400, /^bad request body: /, 'POST', '/proxies', '{"name":');
  await t.fails(400, /^bad request body: /, 'POST', '/proxies', 'nonsense');
  await t.fails(400, 'bad request body: EOF', 'POST', '/proxies', '');
});

row(31, 'wrong JSON type: 400', async (t) => {
  for (const body of [
    { name: 1 },
    { name: 'x', upstream, enabled: 'yes' },
    [],
    'null',
    '"text"',
    { name: 'x', upstream: {} },
  ]) {
    await t.fails(400, /^bad request body: |^missing/, 'POST', '/proxies', body);
  }
  await t.fails(400, /cannot unmarshal number .*string/, 'POST', '/proxies', { name: 1 });
});

row(32, 'enabled null or left out means true; listen null means empty', async (t) => {
  const name = t.name();
  const reply = await t.ok(201, 'POST', '/proxies', { name, listen: null, upstream, enabled: null });
  assert.is(reply.json.enabled, true);
  assert.match(reply.json.listen, /^\[::\]:\d+$/);
});

row(33, 'keys fold case, unknown keys and trailing text are ignored', async (t) => {
  const name = t.name();
  const body = `{"NAME":"${name}","Listen":"127.0.0.1:0","upSTREAM":"${upstream}","colour":"red","toxics":null} trailing {`;
  const reply = await t.ok(201, 'POST', '/proxies', body);
  assert.is(reply.json.name, name);
  assert.equal(reply.json.toxics, []);
});

row(34, 'same name: 409, told before the port is opened', async (t) => {
  const made = await t.proxy();
  const listen = `127.0.0.1:${made.port}`;
  await t.fails(409, 'proxy already exists', 'POST', '/proxies', { name: made.name, listen, upstream });
});

row(35, 'port taken: 500 with the text, nothing stored', async (t) => {
  const made = await t.proxy();
  const name = t.name();
  const listen = `127.0.0.1:${made.port}`;
  await t.fails(500, `listen tcp ${listen}: bind: address already in use`, 'POST', '/proxies', {
    name,
    listen,
    upstream,
  });
  await t.fails(404, 'proxy not found', 'GET', `/proxies/${name}`);
});

row(36, 'address without port, bad port, unknown host: 500', async (t) => {
  for (const listen of ['127.0.0.1', '127.0.0.1:70000', '127.0.0.1:nonsense', 'no-such-host.invalid:0', 'a:b:c']) {
    const name = t.name();
    await t.ok(500, 'POST', '/proxies', { name, listen, upstream });
    await t.ok(404, 'GET', `/proxies/${name}`);
  }
});

row(37, 'port 0 picks a port and the answer has it', async (t) => {
  const { json } = await t.ok(201, 'POST', '/proxies', { name: t.name(), listen: 'localhost:0', upstream });
  assert.ok(portOf(json.listen) > 0);
  await connect(portOf(json.listen));
});

row(38, 'localhost:0 comes back as 127.0.0.1:P', async (t) => {
  const { json } = await t.ok(201, 'POST', '/proxies', { name: t.name(), listen: 'localhost:0', upstream });
  assert.match(json.listen, /^127\.0\.0\.1:\d+$/);
});

row(39, 'empty, :0 and 0.0.0.0:P come back as [::]:P', async (t) => {
  for (const listen of ['', ':0', '0.0.0.0:0', `0.0.0.0:${await freePort()}`]) {
    const { json } = await t.ok(201, 'POST', '/proxies', { name: t.name(), listen, upstream });
    assert.match(json.listen, /^\[::\]:\d+$/);
    await connect(portOf(json.listen), '127.0.0.1');
  }
});

row(40, '[::1]:0 works', async (t) => {
  const probe = net.createServer().listen(0, '::1');
  const [failed] = await Promise.race([once(probe, 'listening').then(() => [undefined]), once(probe, 'error')]);
  probe.close();
  if (failed !== undefined) {
    console.log('skipped: row 40, this machine has no IPv6 loopback');
    return;
  }
  const { json } = await t.ok(201, 'POST', '/proxies', { name: t.name(), listen: '[::1]:0', upstream });
  assert.match(json.listen, /^\[::1\]:\d+$/);
  await connect(portOf(json.listen), '::1');
});

row(41, 'created disabled: listen kept unresolved, no port open', async (t) => {
  const port = await freePort();
  const listen = `localhost:${port}`;
  const { json } = await t.ok(201, 'POST', '/proxies', { name: t.name(), listen, upstream, enabled: false });
  assert.is(json.listen, listen);
  assert.is(json.enabled, false);
  assert.is(await connectError(port), 'ECONNREFUSED');
});

row(42, 'unknown proxy: 404 on any route, before the body is read', async (t) => {
  for (const [verb, target] of [
    ['GET', '/proxies/none'],
    ['POST', '/proxies/none'],
    ['DELETE', '/proxies/none'],
    ['POST', '/proxies/none/toxics'],
    ['PATCH', '/proxies/none/toxics/x'],
  ] as const) {
    await t.fails(404, 'proxy not found', verb, target, verb === 'GET' || verb === 'DELETE' ? undefined : '{broken');
  }
});

row(43, 'name in an update is ignored', async (t) => {
  const made = await t.proxy();
  assert.is((await t.ok(200, 'POST', made.path, { name: 'other' })).json.name, made.name);
});

row(44, 'names with spaces work percent-encoded; %2F never matches', async (t) => {
  const name = t.named(`row 44 ${process.pid} ${t.target.kind}`);
  await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream });
  assert.is((await t.ok(200, 'GET', `/proxies/${encodeURIComponent(name)}`)).json.name, name);
  await t.ok(200, 'GET', `/proxies%2F${encodeURIComponent(name)}`);
  const slashed = await t.ok(404, 'GET', '/proxies/a%2Fb');
  assert.is(slashed.text, '404 page not found\n');
});

registerRows();
test.run();
