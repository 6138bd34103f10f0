import os from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { resetAll } from '../../../sim/toxics/control/reset.ts';
import { LiveScheduler } from '../../../sim/toxics/engine/live-scheduler.ts';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { ProxyTable } from '../../../sim/toxics/proxy-table.ts';
import { Bench, portOf } from './rows.ts';
import { afterwards, closeAll, connect, connectError, delay, type Peer } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

const upstream = '127.0.0.1:9';

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

function table(): ProxyTable {
  const scheduler = new LiveScheduler((error) => {
    throw error;
  });
  const made = new ProxyTable({
    scheduler,
    random: seededRandom('races'),
    dialTimeoutMs: 1_000,
    emit: () => undefined,
    onBug: (error) => {
      throw error;
    },
  });
  afterwards(() => {
    made.destroy();
    scheduler.close();
  });
  return made;
}

/** A request of which the last byte of the body, `}`, is still to be sent. */
async function begun(t: Bench, method: string, path: string): Promise<Peer> {
  const peer = await connect(Number(new URL(t.target.url).port));
  peer.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{`);
  // The server has seen it once it answers what came later.
  await t.ok(200, 'GET', '/version');
  await delay(50);
  return peer;
}

test('an update whose body ends after the proxy was deleted is a 404 and opens nothing', async () => {
  const t = await bench();
  const made = await t.proxy();
  const late = await begun(t, 'POST', made.path);
  await t.ok(204, 'DELETE', made.path);
  late.write('}');
  await late.end();
  assert.match(late.text, /^HTTP\/1\.1 404 /);
  assert.is(await connectError(made.port), 'ECONNREFUSED');
});

test('an update of a toxic that was deleted meanwhile is a 404', async () => {
  const t = await bench();
  const made = await t.proxy();
  await t.toxic(made, { type: 'noop', name: 'n' });
  const late = await begun(t, 'PATCH', `${made.path}/toxics/n`);
  await t.ok(204, 'DELETE', `${made.path}/toxics/n`);
  late.write('}');
  await late.end();
  assert.match(late.text, /^HTTP\/1\.1 404 /);
});

test('a toxic for a proxy that was deleted meanwhile is a 404', async () => {
  const t = await bench();
  const made = await t.proxy();
  const late = await begun(t, 'POST', `${made.path}/toxics`);
  await t.ok(204, 'DELETE', made.path);
  late.write('}');
  await late.end();
  assert.match(late.text, /^HTTP\/1\.1 404 /);
});

test('changes that were waiting when a proxy was removed change nothing', async () => {
  const proxies = table();
  const proxy = await proxies.add({ name: 'p', listen: '127.0.0.1:0', upstream, enabled: true });
  const port = portOf(proxy.settings.listen);
  const slow = proxy.update((now) => ({ ...now, listen: `${os.hostname()}:0` }));
  proxies.remove('p');
  const late = proxy.enable();
  const outcomes = await Promise.allSettled([slow, late]);
  assert.equal(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.is(await connectError(port), 'ECONNREFUSED');
  assert.is(proxy.settings.listen, `127.0.0.1:${port}`);
});

test('a reset does not fail for a proxy that is deleted meanwhile', async () => {
  const proxies = table();
  await proxies.add({ name: 'p', listen: '127.0.0.1:0', upstream, enabled: false });
  const reset = resetAll(proxies);
  proxies.remove('p');
  assert.is((await reset).status, 204);
});

test('populating one name at once leaves one port, the one that is shown', async () => {
  const t = await bench();
  const name = t.name();
  const entry = [{ name, listen: '127.0.0.1:0', upstream }];
  await t.ok(201, 'POST', '/populate', entry);
  const replies = await Promise.all(Array.from({ length: 6 }, () => t.call('POST', '/populate', entry)));
  assert.equal(new Set(replies.map(({ status }) => status)), new Set([201]));
  const shown = (await t.ok(200, 'GET', `/proxies/${name}`)).json.listen as string;
  const ports = replies.map(({ json }) => portOf(json.proxies[0].listen));
  for (const port of ports) if (port !== portOf(shown)) assert.is(await connectError(port), 'ECONNREFUSED');
  await t.ok(204, 'DELETE', `/proxies/${name}`);
  assert.is(await connectError(portOf(shown)), 'ECONNREFUSED');
});

test('creations under one name that are asked for together take turns', async () => {
  const proxies = table();
  const request = { name: 'p', listen: '127.0.0.1:0', upstream, enabled: true };
  const made = await Promise.all(Array.from({ length: 6 }, () => proxies.addOrReplace(request)));
  const standing = made.map(({ proxy }) => proxy).filter(({ removed }) => !removed);
  assert.equal(standing.length, 1);
  assert.is(standing[0], proxies.get('p'));
});

test('a server that closes while a proxy is being created leaves no port', async () => {
  for (const listen of ['127.0.0.1', os.hostname()]) {
    const proxies = table();
    const creation = proxies.add({ name: 'p', listen: `${listen}:0`, upstream, enabled: true });
    await Promise.resolve();
    proxies.destroy();
    await creation.then(
      () => assert.unreachable('created in a closed table'),
      (error: { status?: number }) => assert.ok(error.status === 404 || error.status === 503, String(error)),
    );
    assert.equal(proxies.all(), []);
  }
  const server = await startToxicServer();
  await server.close();
  await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream, enabled: true }]).then(
    () => assert.unreachable('created in a closed server'),
    (error: { status?: number }) => assert.ok(error.status === 503, String(error)),
  );
});

test('of two updates at once both count', async () => {
  const t = await bench();
  for (let i = 0; i < 10; i++) {
    const made = await t.proxy();
    await Promise.all([t.ok(200, 'PATCH', made.path, { enabled: false }), t.ok(200, 'PATCH', made.path, { upstream })]);
    const { json } = await t.ok(200, 'GET', made.path);
    assert.equal([json.enabled, json.upstream], [false, upstream]);
  }
});

test('both changes count when the second is asked for before the first has its turn', async () => {
  const proxies = table();
  const proxy = await proxies.add({ name: 'p', listen: '127.0.0.1:0', upstream, enabled: true });
  await Promise.all([
    proxy.update((now) => ({ ...now, enabled: false })),
    proxy.update((now) => ({ ...now, upstream: '127.0.0.1:10' })),
  ]);
  assert.is(proxy.settings.enabled, false);
  assert.is(proxy.settings.upstream, '127.0.0.1:10');
});

test('a proxy is not created under a lease that ended while its port was being opened', async () => {
  const t = await bench();
  const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 60_000 })).json.id as string;
  const name = t.name();
  const creation = t.call('POST', '/proxies', { name, listen: `${os.hostname()}:0`, upstream, lease });
  const end = t.ok(204, 'DELETE', `/holdfast/leases/${lease}`);
  await Promise.all([creation, end]);
  await t.ok(404, 'GET', `/proxies/${name}`);
});

test('the last check keeps a proxy out and frees its port', async () => {
  const proxies = table();
  let listen = '';
  const request = { name: 'p', listen: '127.0.0.1:0', upstream, enabled: true };
  const refused = proxies.add(request, () => {
    throw new Error('the lease has ended');
  });
  await refused.catch((error: Error) => {
    listen = error.message;
  });
  assert.is(listen, 'the lease has ended');
  assert.equal(proxies.all(), []);
});

test('a lease that ends takes its own proxy, not a later one of the same name', async () => {
  const proxies = table();
  const request = { name: 'p', listen: '127.0.0.1:0', upstream, enabled: true };
  const first = await proxies.add(request);
  proxies.remove('p');
  const second = await proxies.add(request);
  proxies.removeThis(first);
  assert.is(proxies.get('p'), second);
});

test.run();
