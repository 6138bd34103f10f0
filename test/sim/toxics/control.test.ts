import http from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startToxicServer, type ToxicsEvent } from '../../../sim/toxics/index.ts';
import { Bench, portOf } from './rows.ts';
import { afterwards, closeAll, connect, delay, startEcho, within } from './sockets.ts';
import { embedded, request } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

test('a proxy can be created with its toxics, all or nothing', async () => {
  const t = await bench();
  const upstream = (await startEcho()).address;
  const name = t.name();
  const toxics = [{ type: 'limit_data' }, { type: 'latency', attributes: { latency: 5 }, stream: 'upstream' }];
  const { json } = await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream, toxics });
  assert.equal(
    json.toxics.map((toxic: { name: string }) => toxic.name),
    ['latency_upstream', 'limit_data_downstream'],
  );
  const bad = { name: t.name(), listen: '127.0.0.1:0', upstream, toxics: [{ type: 'noop' }, { type: 'noop' }] };
  await t.fails(409, 'toxic already exists at toxic 2', 'POST', '/proxies', bad);
  await t.ok(404, 'GET', `/proxies/${bad.name}`);
  const populated = [{ name: t.name(), listen: '127.0.0.1:0', upstream, toxics }];
  assert.is((await t.ok(201, 'POST', '/populate', populated)).json.proxies[0].toxics.length, 2);
});

test('a lease keeps toxics and proxies alive only while it is renewed', async () => {
  const t = await bench();
  await t.fails(400, /ttl_ms/, 'POST', '/holdfast/leases', { ttl_ms: 5 });
  const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 2_000 })).json;
  const made = await t.proxy();
  await t.toxic(made, { type: 'noop', name: 'leased', attributes: { lease: lease.id } });
  await t.toxic(made, { type: 'noop', name: 'own' });
  const owned = { name: t.name(), listen: '127.0.0.1:0', upstream: '127.0.0.1:9', lease: lease.id };
  await t.ok(201, 'POST', '/proxies', owned);
  for (let i = 0; i < 4; i++) {
    await delay(700);
    assert.equal((await t.ok(200, 'POST', `/holdfast/leases/${lease.id}`)).json, lease);
  }
  assert.is((await t.ok(200, 'GET', `${made.path}/toxics`)).json.length, 2);
  await delay(2_500);
  const left = (await t.ok(200, 'GET', `${made.path}/toxics`)).json;
  assert.equal(
    left.map((toxic: { name: string }) => toxic.name),
    ['own'],
  );
  await t.ok(404, 'GET', `/proxies/${owned.name}`);
  await t.fails(404, 'lease not found', 'POST', `/holdfast/leases/${lease.id}`);
});

test('a lease can be ended at once', async () => {
  const t = await bench();
  const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 60_000 })).json;
  const made = await t.proxy();
  await t.toxic(made, { type: 'latency', attributes: { latency: 60_000, lease: lease.id } });
  await t.ok(204, 'DELETE', `/holdfast/leases/${lease.id}`);
  assert.equal((await t.ok(200, 'GET', `${made.path}/toxics`)).json, []);
});

test('events tell connections, toxics and hits, in order and without gaps', async () => {
  const server = await startToxicServer();
  afterwards(() => server.close());
  const seen: ToxicsEvent[] = [];
  const stop = server.subscribe((event) => seen.push(event));
  const upstream = await startEcho();
  await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream: upstream.address, enabled: true }]);
  const { json } = await request(server.url, 'GET', '/proxies/p');
  await request(server.url, 'POST', '/proxies/p/toxics', { type: 'latency', name: 'l', attributes: { latency: 1 } });
  const client = await connect(portOf(json.listen));
  client.write('abc');
  await client.received(3);
  client.write('d');
  await client.received(4);
  client.socket.end();
  await client.end();
  await request(server.url, 'DELETE', '/proxies/p/toxics/l');
  while (!seen.some(({ type }) => type === 'connection_close')) await delay(5);
  stop();
  const kinds = seen.map(({ type }) => type).sort();
  assert.equal(kinds, ['connection_close', 'connection_open', 'toxic_hit', 'toxic_start', 'toxic_stop']);
  assert.equal(
    seen.map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
  const closed = seen.find((event) => event.type === 'connection_close');
  assert.ok(closed?.type === 'connection_close');
  assert.is(closed.upstream_bytes, 4);
  assert.is(closed.downstream_bytes, 4);
  const text = (await request(server.url, 'GET', '/holdfast/events?since=2&follow=0')).text;
  assert.equal(
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as ToxicsEvent).seq),
    [3, 4, 5],
  );
});

test('the event stream over HTTP goes on while the client listens', async () => {
  const t = await bench();
  const lines: string[] = [];
  let notify: () => void = () => undefined;
  const stream = http.get(`${t.target.url}/holdfast/events`, (response) => {
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      lines.push(...part.trim().split('\n'));
      notify();
    });
    notify();
  });
  stream.on('error', () => undefined);
  afterwards(() => {
    stream.destroy();
  });
  await within(
    2_000,
    'the stream to open',
    new Promise<void>((resolve) => {
      notify = resolve;
    }),
  );
  const made = await t.proxy();
  const next = new Promise<void>((resolve) => {
    notify = resolve;
  });
  await t.toxic(made, { type: 'noop' });
  await within(2_000, 'an event', next);
  assert.is((JSON.parse(lines[0] ?? '{}') as ToxicsEvent).type, 'toxic_start');
});

test('/metrics shows bytes of connections that are still open', async () => {
  const server = await startToxicServer({ metrics: { proxy: true, runtime: true } });
  afterwards(() => server.close());
  const upstream = await startEcho();
  await server.populate([{ name: 'a "p"', listen: '127.0.0.1:0', upstream: upstream.address, enabled: true }]);
  const { listen } = (await request(server.url, 'GET', '/proxies')).json['a "p"'];
  const client = await connect(portOf(listen));
  client.write('12345');
  await client.received(5);
  const { text } = await request(server.url, 'GET', '/metrics');
  const labels = `listener="${listen}",proxy="a \\"p\\"",upstream="${upstream.address}"`;
  for (const name of ['received', 'sent']) {
    for (const direction of ['upstream', 'downstream']) {
      assert.ok(text.includes(`toxiproxy_proxy_${name}_bytes_total{direction="${direction}",${labels}} 5`), text);
    }
  }
  assert.match(text, /process_resident_memory_bytes \d+/);
});

test('counters and capabilities under our own prefix; a name with a slash can be deleted', async () => {
  const t = await bench();
  const { types, features } = (await t.ok(200, 'GET', '/holdfast/capabilities')).json;
  assert.ok(types.includes('half_open') && features.includes('lease'));
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'slicer', name: 's', attributes: { average_size: 1 } });
  const client = await connect(made.port);
  client.write('xy');
  await client.received(2);
  const { json } = await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`);
  assert.is(json.open_connections, 1);
  assert.equal(json.toxics, [{ name: 's', type: 'slicer', sleeping: false, connections_hit: 1 }]);
  await t.ok(201, 'POST', '/proxies', { name: 'a/b', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' });
  await t.ok(204, 'DELETE', '/holdfast/proxies/a%2Fb');
  assert.is((await t.ok(200, 'GET', '/proxies')).json['a/b'], undefined);
});

test.run();
