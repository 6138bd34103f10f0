import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../free-port.ts';
import { fullUpstream } from './full-upstream.ts';
import { Bench, embeddedRow, portOf, registerRows, row } from './rows.ts';
import { afterwards, connect, connectError, delay, startUpstream, within } from './sockets.ts';
import { embedded } from './target.ts';

row(45, 'disable closes the listener and every connection with FIN', async (t) => {
  const { made, client, server } = await t.pair();
  const reply = await t.ok(200, 'POST', made.path, { enabled: false });
  assert.is(reply.json.enabled, false);
  await client.end();
  await server.end();
  assert.is(client.ended, 'fin');
  assert.is(server.ended, 'fin');
  assert.is(await connectError(made.port), 'ECONNREFUSED');
});

row(46, 'enable again keeps port and toxics', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'latency', attributes: { latency: 3 } });
  const before = (await t.ok(200, 'GET', made.path)).json;
  await t.ok(200, 'PATCH', made.path, { enabled: false });
  const after = (await t.ok(200, 'PATCH', made.path, { enabled: true })).json;
  assert.is(after.listen, before.listen);
  assert.equal(after.toxics, before.toxics);
  await connect(made.port);
});

row(47, 'delete closes connections and frees the port', async (t) => {
  const { made, client, server } = await t.pair();
  await t.ok(204, 'DELETE', made.path);
  await client.end();
  await server.end();
  const again = net.createServer().listen(made.port, '127.0.0.1');
  await within(1_000, 're-listen', once(again, 'listening'));
  again.close();
});

row(48, 'changed listen or upstream drops connections; toxics stay', async (t) => {
  for (const change of [{ upstream: '127.0.0.1:9' }, { listen: `127.0.0.1:${await freePort()}` }]) {
    const { made, client, server } = await t.pair();
    await t.toxic(made, { type: 'noop', name: 'stays' });
    const { json } = await t.ok(200, 'PATCH', made.path, change);
    assert.is(json.enabled, true);
    assert.is(json.toxics[0].name, 'stays');
    await client.end();
    await server.end();
    await connect(portOf(json.listen));
  }
});

row(49, 'the same listen written as a host name does not drop', async (t) => {
  const { made, client, server } = await t.pair();
  await t.ok(200, 'PATCH', made.path, { listen: `localhost:${made.port}` });
  client.write('still here');
  await server.received(10);
});

row(50, 'an update that cannot bind: 500; the old settings stay (real: left disabled)', async (t) => {
  const { made, client, server } = await t.pair();
  const other = await t.proxy();
  await t.fails(500, /address already in use/, 'PATCH', made.path, { listen: `127.0.0.1:${other.port}` });
  const { json } = await t.ok(200, 'GET', made.path);
  if (t.real) {
    assert.is(json.enabled, false);
    return;
  }
  assert.is(json.enabled, true);
  assert.is(portOf(json.listen), made.port);
  client.write('x');
  await server.received(1);
});

row(51, 'an empty update is a no-op 200', async (t) => {
  const { made, client, server } = await t.pair();
  const before = (await t.ok(200, 'GET', made.path)).json;
  assert.equal((await t.ok(200, 'PATCH', made.path, {})).json, before);
  await t.ok(200, 'PATCH', made.path, { enabled: true });
  client.write('x');
  await server.received(1);
});

row(52, 'upstream unreachable: accepted, then FIN', async (t) => {
  const name = t.name();
  const listen = '127.0.0.1:0';
  const upstream = `127.0.0.1:${await freePort()}`;
  const { json } = await t.ok(201, 'POST', '/proxies', { name, listen, upstream });
  const client = await connect(portOf(json.listen));
  await client.end();
  assert.is(client.ended, 'fin');
});

embeddedRow(53, 'a hanging dial blocks neither other clients nor the control API (real: both hang)', async () => {
  // A dial that hangs longer than anything here waits: what waits for the dial fails.
  const target = await embedded(60_000);
  afterwards(() => target.close());
  const t = new Bench(target);
  const full = await fullUpstream();
  const name = t.name();
  const { json } = await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: full.address });
  const clients = await Promise.all([1, 2, 3].map(() => connect(portOf(json.listen))));
  const alive = await startUpstream();
  await t.ok(200, 'GET', '/proxies');
  // All are taken in, though not one of their dials has come to an end.
  const taken = async (): Promise<number> =>
    (await t.ok(200, 'GET', `/holdfast/proxies/${name}`)).json.accepted_connections;
  for (let waited = 0; (await taken()) < clients.length && waited < 5_000; waited += 20) await delay(20);
  assert.is(await taken(), clients.length);
  await t.ok(200, 'PATCH', `/proxies/${name}`, { upstream: alive.address });
  await Promise.all(clients.map((client) => client.end()));
  await connect(portOf(json.listen));
  await alive.next();
  await t.ok(200, 'PATCH', `/proxies/${name}`, { upstream: full.address });
  await connect(portOf(json.listen));
  await t.ok(204, 'DELETE', `/proxies/${name}`);
  await t.ok(200, 'GET', '/proxies');
});

row(54, 'stopping twice is fine', async (t) => {
  const made = await t.proxy();
  await t.ok(200, 'PATCH', made.path, { enabled: false });
  await t.ok(200, 'PATCH', made.path, { enabled: false });
  await t.ok(204, 'DELETE', made.path);
});

registerRows();
test.run();
