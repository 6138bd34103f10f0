import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../free-port.ts';
import { portOf, registerRows, row } from './rows.ts';
import { afterwards, connect, startEcho, startUpstream } from './sockets.ts';
import { answering, command } from './target.ts';

const upstream = '127.0.0.1:9';
const listen = '127.0.0.1:0';

row(55, 'all names and upstreams are checked first, counting from 1', async (t) => {
  const name = t.name();
  for (const [second, error] of [
    [{ upstream }, 'missing required field: name at proxy 2'],
    [{ name: 'x' }, 'missing required field: upstream at proxy 2'],
  ] as const) {
    await t.fails(400, error, 'POST', '/populate', [{ name, listen, upstream }, second]);
    await t.ok(404, 'GET', `/proxies/${name}`);
  }
});

row(56, 'a later failure stops there: 500 with those done', async (t) => {
  const [first, second, third] = [t.name(), t.name(), t.name()];
  const taken = `127.0.0.1:${(await t.proxy()).port}`;
  const reply = await t.ok(500, 'POST', '/populate', [
    { name: first, listen, upstream },
    { name: second, listen: taken, upstream },
    { name: third, listen, upstream },
  ]);
  assert.match(reply.json.error, /address already in use/);
  assert.is(reply.json.status, 500);
  assert.equal(
    reply.json.proxies.map((proxy: { name: string }) => proxy.name),
    [first],
  );
  await t.ok(200, 'GET', `/proxies/${first}`);
  await t.ok(404, 'GET', `/proxies/${third}`);
});

row(57, 'same name and addresses: untouched, toxics kept, enabled ignored', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'noop', name: 'kept' });
  const entry = { name: made.name, listen: `127.0.0.1:${made.port}`, upstream: made.upstream.address, enabled: false };
  const { json } = await t.ok(201, 'POST', '/populate', [entry]);
  assert.is(json.proxies[0].enabled, true);
  assert.is(json.proxies[0].toxics[0].name, 'kept');
  client.write('x');
  await server.received(1);
});

row(58, 'same name, other listen or upstream: replaced, toxics gone', async (t) => {
  for (const change of [{ upstream }, { listen: `127.0.0.1:${await freePort()}` }]) {
    const { made, client } = await t.pair();
    await t.toxic(made, { type: 'noop' });
    const same = { name: made.name, listen: `127.0.0.1:${made.port}`, upstream: made.upstream.address };
    const { json } = await t.ok(201, 'POST', '/populate', [{ ...same, ...change }]);
    assert.equal(json.proxies[0].toxics, []);
    await client.end();
  }
});

row(59, 'port 0 always counts as different, so it restarts each time', async (t) => {
  const name = t.name();
  const upstream = (await startUpstream()).address;
  const first = (await t.ok(201, 'POST', '/populate', [{ name, listen, upstream }])).json;
  await t.ok(200, 'POST', `/proxies/${name}/toxics`, { type: 'noop' });
  const port = portOf(first.proxies[0].listen);
  const open = await connect(port);
  const second = (await t.ok(201, 'POST', '/populate', [{ name, listen, upstream }])).json;
  assert.ok(port > 0);
  assert.equal(second.proxies[0].toxics, []);
  // The system may give the old port again; that the proxy was another one shows on its connections.
  await open.end();
  await connect(portOf(second.proxies[0].listen));
});

row(60, 'empty list: 201 with [] (real: null, which breaks the Node client)', async (t) => {
  assert.is((await t.ok(201, 'POST', '/populate', [])).text, t.real ? '{"proxies":null}' : '{"proxies":[]}');
});

row(61, '/reset enables every proxy and removes all toxics', async (t) => {
  const on = await t.proxy();
  const off = await t.proxy();
  await t.toxic(on, { type: 'latency', attributes: { latency: 1 } });
  await t.toxic(off, { type: 'noop', stream: 'upstream' });
  await t.ok(200, 'PATCH', off.path, { enabled: false });
  await t.ok(204, 'POST', '/reset');
  for (const made of [on, off]) {
    const { json } = await t.ok(200, 'GET', made.path);
    assert.is(json.enabled, true);
    assert.equal(json.toxics, []);
  }
});

row(61, '/reset where one proxy cannot bind: 500; the others are reset (real: some may not be)', async (t) => {
  const taken = await t.proxy();
  const other = await t.proxy(await startEcho());
  await t.toxic(other, { type: 'noop' });
  const name = t.name();
  const stuck = { name, listen: `127.0.0.1:${taken.port}`, upstream, enabled: false };
  await t.ok(201, 'POST', '/proxies', stuck);
  await t.fails(500, /address already in use/, 'POST', '/reset');
  if (!t.real) assert.equal((await t.ok(200, 'GET', other.path)).json.toxics, []);
});

row(62, '-config takes the populate array; a bad file is logged and the server runs on', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'toxics-'));
  afterwards(() => rm(folder, { recursive: true }));
  const bad = path.join(folder, 'bad.json');
  writeFileSync(bad, '[{"name":');
  for (const file of [bad, path.join(folder, 'missing.json')]) {
    const port = await freePort();
    const server = command(t.target.kind, ['-host=127.0.0.1', `-port=${port}`, `-config=${file}`]);
    if (server === undefined) return;
    const target = await answering({ url: `http://127.0.0.1:${port}` });
    assert.is((await target.call('GET', '/proxies')).text, '{}');
    await server.printed(/"level":"error"/);
  }
});

row(63, 'SIGINT and SIGTERM end it cleanly with exit code 0; logs are JSON, LOG_LEVEL counts', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const port = await freePort();
    const server = command(t.target.kind, ['-host=127.0.0.1', `-port=${port}`], { LOG_LEVEL: 'info' });
    if (server === undefined) return;
    await answering({ url: `http://127.0.0.1:${port}` });
    server.child.kill(signal);
    assert.is(await server.exit(), 0, signal);
    const lines = server.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; message: string });
    assert.ok(lines.some(({ level, message }) => level === 'info' && message === 'Starting Toxiproxy'));
    assert.ok(lines.some(({ message }) => message === 'Shutdown started'));
  }
  const port = await freePort();
  const quiet = command(t.target.kind, ['-host=127.0.0.1', `-port=${port}`], { LOG_LEVEL: 'error' });
  await answering({ url: `http://127.0.0.1:${port}` });
  quiet?.child.kill('SIGTERM');
  await quiet?.exit();
  assert.is(quiet?.output, '');
});

registerRows();
test.run();
