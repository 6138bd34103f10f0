import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { Bench } from './rows.ts';
import { ScriptedLink } from './scripted-link.ts';
import { afterwards, closeAll, connect, connectError, delay, startEcho, startUpstream } from './sockets.ts';
import { embedded, request } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

interface Kept {
  readonly type: string;
  readonly toxic?: string;
  readonly reason?: string;
}

async function events(t: Bench): Promise<Kept[]> {
  const { text } = await t.ok(200, 'GET', '/holdfast/events?since=0&follow=0');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Kept);
}

/** Whether one type notes a hit when these bytes pass it. */
function hitBy(type: string, attributes: object, bytes: string, end = false): boolean {
  const scripted = new ScriptedLink({ toxics: [{ type, attributes }] });
  scripted.link.push(Buffer.from(bytes));
  if (end) scripted.link.end('fin');
  scripted.advance(60_000_000);
  return scripted.events.some((line) => line.includes('hit'));
}

test('a hit is something a toxic did, not bytes that passed it', () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
  const hello = '\x16\x03\x01';
  const table: [string, object, string, string][] = [
    ['latency', { latency: 5 }, 'x', ''],
    ['slicer', { average_size: 2 }, 'abcdef', 'a'],
    ['limit_data', { bytes: 3 }, 'abcdef', 'ab'],
    ['http_status', {}, answer, 'plain'],
    ['http_slow_headers', {}, answer, 'plain'],
    ['http_abort_body', {}, answer, 'plain'],
    ['tls_handshake_stall', { delay: 5 }, hello, 'plain'],
    ['packet_loss', { loss_rate: 1 }, 'x', ''],
    ['corrupt', { rate: 1 }, 'x', ''],
    ['timeout', {}, 'x', ''],
    ['blackhole', {}, 'x', ''],
    ['reset_peer', {}, 'x', ''],
    ['bandwidth', { rate: 5 }, 'x', ''],
    ['shared_bandwidth', { rate: 5 }, 'x', ''],
  ];
  for (const [type, attributes, acts, passes] of table) {
    assert.is(hitBy(type, attributes, acts), true, `${type} acts`);
    if (passes !== '') assert.is(hitBy(type, attributes, passes), false, `${type} lets pass`);
  }
  for (const type of ['noop', 'refuse', 'connect_delay']) assert.is(hitBy(type, {}, 'x'), false, type);
  assert.is(hitBy('slow_close', { delay: 5 }, 'x'), false);
  assert.is(hitBy('slow_close', { delay: 5 }, 'x', true), true);
});

test('a connection that a toxic closes as it goes or falls asleep is a hit before its stop', async () => {
  const t = await bench();
  for (const [type, method, body] of [
    ['timeout', 'DELETE', undefined],
    ['blackhole', 'DELETE', undefined],
    ['blackhole', 'PATCH', { attributes: { start_after_ms: 60_000 } }],
  ] as const) {
    const { made, client } = await t.pair();
    const name = t.name();
    await t.toxic(made, { type, name, stream: 'upstream' });
    await t.ok(method === 'DELETE' ? 204 : 200, method, `${made.path}/toxics/${name}`, body);
    await client.end();
    const told = (await events(t)).filter(({ toxic }) => toxic === name).map((event) => event.type);
    assert.equal(told, ['toxic_start', 'toxic_hit', 'toxic_stop'], `${type} ${method}`);
  }
});

test('a connection that connect_delay delayed is one hit and one event', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'connect_delay', name: 'd', attributes: { delay: 20 } });
  const client = await connect(made.port);
  client.write('x');
  await client.received(1);
  const { json } = await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`);
  assert.is(json.toxics[0].connections_hit, 1);
  assert.is((await events(t)).filter(({ type }) => type === 'toxic_hit').length, 1);
});

test('refuse hits no connection that lives on, and leaves a delayed one its delay', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'connect_delay', name: 'd', attributes: { delay: 60_000 } });
  const waiting = await connect(made.port);
  await t.toxic(made, { type: 'refuse', name: 'r' });
  client.write('still');
  await server.received(5);
  const { json } = await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`);
  assert.is(json.toxics.find(({ name }: { name: string }) => name === 'r').connections_hit, 0);
  // A dial would have arrived before this answer of the same server.
  client.write('!');
  await server.received(6);
  await delay(50);
  assert.is(made.upstream.peers.length, 0, 'not dialled');
  await t.ok(204, 'DELETE', `${made.path}/toxics/d`);
  const dialled = await made.upstream.next();
  waiting.write('late');
  await dialled.received(4);
});

test('a proxy that never came to be started no toxic', async () => {
  const t = await bench();
  const taken = await t.proxy();
  const body = {
    name: t.name(),
    listen: `127.0.0.1:${taken.port}`,
    upstream: '127.0.0.1:9',
    toxics: [{ type: 'latency', name: 'never' }],
  };
  await t.ok(500, 'POST', '/proxies', body);
  assert.equal(
    (await events(t)).filter(({ toxic }) => toxic === 'never'),
    [],
  );
  const listen = '127.0.0.1:0';
  const sleeper = { type: 'latency', name: 'asleep', attributes: { start_after_ms: 60_000 } };
  const awake = { type: 'noop', name: 'awake' };
  await t.ok(201, 'POST', '/proxies', { ...body, name: t.name(), listen, toxics: [sleeper, awake] });
  assert.equal(
    (await events(t)).flatMap(({ type, toxic }) => (type === 'toxic_start' ? [toxic] : [])),
    ['awake'],
  );
});

test('toxic_start and toxic_stop take turns: one that sleeps has no stop, one that is put off does', async () => {
  const t = await bench();
  const made = await t.proxy();
  const changes = (name: string): Promise<string[]> =>
    events(t).then((kept) =>
      kept.flatMap(({ type, toxic, reason }) => (toxic === name ? [reason === undefined ? type : reason] : [])),
    );
  const path = (name: string): string => `${made.path}/toxics/${name}`;
  const later = { start_after_ms: 600_000 };
  await t.toxic(made, { type: 'noop', name: 'never', attributes: later });
  await t.ok(204, 'DELETE', path('never'));
  assert.equal(await changes('never'), []);
  await t.toxic(made, { type: 'noop', name: 'turns' });
  await t.ok(200, 'PATCH', path('turns'), { attributes: later });
  assert.equal(await changes('turns'), ['toxic_start', 'asleep']);
  await t.ok(200, 'PATCH', path('turns'), { attributes: { start_after_ms: 0 } });
  await t.ok(200, 'PATCH', path('turns'), { attributes: { duration_ms: 600_000 } });
  assert.equal(await changes('turns'), ['toxic_start', 'asleep', 'toxic_start']);
  await t.ok(200, 'PATCH', path('turns'), { attributes: later });
  await t.ok(204, 'DELETE', path('turns'));
  assert.equal(await changes('turns'), ['toxic_start', 'asleep', 'toxic_start', 'asleep']);
  await t.toxic(made, { type: 'noop', name: 'sleeper', attributes: later });
  await t.toxic(made, { type: 'noop', name: 'awake' });
  await t.ok(204, 'DELETE', made.path);
  assert.equal(await changes('sleeper'), []);
  assert.equal(await changes('awake'), ['toxic_start', 'proxy removed']);
  const lease = (await t.ok(201, 'POST', '/holdfast/leases', { ttl_ms: 60_000 })).json.id;
  const leased = await t.proxy(undefined, { lease });
  await t.toxic(leased, { type: 'noop', name: 'both', attributes: { lease } });
  await t.ok(204, 'DELETE', `/holdfast/leases/${lease}`);
  assert.is((await changes('both')).length, 2, 'one start, one stop');
});

test('a listener that throws is told of, and disturbs neither connections nor calls nor other listeners', async () => {
  const errors: unknown[] = [];
  const server = await startToxicServer({ onError: (error) => errors.push(error) });
  afterwards(() => server.close());
  server.subscribe(() => {
    throw new Error('of the listener');
  });
  const heard: string[] = [];
  server.subscribe(({ type }) => heard.push(type));
  const upstream = await startEcho();
  await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream: upstream.address, enabled: true }]);
  const made = await request(server.url, 'GET', '/proxies/p');
  const toxic = await request(server.url, 'POST', '/proxies/p/toxics', { type: 'latency', attributes: { latency: 1 } });
  assert.is(toxic.status, 200);
  const client = await connect(Number(made.json.listen.split(':')[1]));
  client.write('x');
  await client.received(1);
  assert.equal(heard, ['toxic_start', 'connection_open', 'toxic_hit']);
  assert.is(errors.length, 3);
});

test('refuse: a port another process took is told of by /reset, and open again as soon as it is free', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'refuse', name: 'r' });
  const thief = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => thief.listen(made.port, '127.0.0.1', resolve));
  await t.fails(500, /address already in use/, 'DELETE', `${made.path}/toxics/r`);
  await t.fails(500, /address already in use/, 'POST', '/reset');
  await t.toxic(made, { type: 'refuse', name: 'again' });
  await new Promise((resolve) => thief.close(resolve));
  await delay(300);
  assert.is(await connectError(made.port), 'ECONNREFUSED', 'refused on purpose now');
  await t.ok(204, 'POST', '/reset');
  await (await connect(made.port)).socket.destroy();
});

test('refuse: a port that was taken while it closed opens by itself', async () => {
  const t = await bench();
  const made = await t.proxy(await startUpstream());
  await t.toxic(made, { type: 'refuse', name: 'r' });
  const thief = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => thief.listen(made.port, '127.0.0.1', resolve));
  await t.ok(500, 'DELETE', `${made.path}/toxics/r`);
  await new Promise((resolve) => thief.close(resolve));
  for (let i = 0; (await connectError(made.port)) !== 'connected'; i++) {
    assert.ok(i < 400, 'never open again');
    await delay(20);
  }
});

test.run();
