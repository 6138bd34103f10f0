import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startToxicServer } from '../../../sim/toxics/index.ts';
import { fullUpstream } from './full-upstream.ts';
import { Bench, portOf } from './rows.ts';
import { afterwards, closeAll, connect, delay, type Peer, startEcho, startUpstream, within } from './sockets.ts';
import { embedded } from './target.ts';

/** Ten times the promise of 100 ms: a hang detector, not a speed test (that is a benchmark row). */
const HANG_MS = 1_000;

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

async function answersAtOnce(t: Bench, status: number, method: string, path: string, body?: unknown): Promise<void> {
  const asked = performance.now();
  await t.ok(status, method, path, body);
  const took = performance.now() - asked;
  assert.ok(took < HANG_MS, `${method} ${path} took ${took} ms`);
}

/** Fills the way from server to client until nothing moves any more: the client does not read. */
async function stick(client: Peer, server: Peer): Promise<void> {
  client.socket.pause();
  const block = Buffer.alloc(256 * 1024, 7);
  let before = -1;
  while (server.socket.bytesWritten - server.socket.writableLength !== before) {
    before = server.socket.bytesWritten - server.socket.writableLength;
    for (let i = 0; i < 8; i++) server.socket.write(block);
    await delay(60);
  }
}

test('trigger 1: slicer without attributes passes data (real: the process dies)', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'slicer' });
  const client = await connect(made.port);
  client.write('alive');
  await client.received(5);
});

test('trigger 2: slicer variation beyond its average is refused, also by update (real: the process dies)', async () => {
  const t = await bench();
  const made = await t.proxy();
  const wild = { average_size: 10, size_variation: 500 };
  await t.fails(400, /size_variation/, 'POST', `${made.path}/toxics`, { type: 'slicer', attributes: wild });
  await t.toxic(made, { type: 'slicer', name: 's', attributes: { average_size: 10 } });
  await t.fails(400, /size_variation/, 'PATCH', `${made.path}/toxics/s`, { attributes: { size_variation: 500 } });
  const client = await connect(made.port);
  client.write('alive');
  await client.received(5);
});

test('trigger 3: a negative bandwidth rate is refused (real: the process dies)', async () => {
  const t = await bench();
  const made = await t.proxy();
  await t.fails(400, /rate/, 'POST', `${made.path}/toxics`, { type: 'bandwidth', attributes: { rate: -1 } });
});

test('trigger 4: every control call answers while a client does not read (real: 503 after 25 s)', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  const bodies = [
    { type: 'latency', attributes: { latency: 40 } },
    { type: 'bandwidth', attributes: { rate: 100_000 } },
    { type: 'slicer', attributes: { average_size: 4_000, delay: 10 } },
    { type: 'noop' },
  ];
  for (const body of bodies) await t.toxic(made, body);
  await stick(client, server);
  for (const { type } of bodies) {
    await answersAtOnce(t, 200, 'PATCH', `${made.path}/toxics/${type}_downstream`, { toxicity: 1 });
    await answersAtOnce(t, 200, 'GET', made.path);
    await answersAtOnce(t, 204, 'DELETE', `${made.path}/toxics/${type}_downstream`);
  }
  await answersAtOnce(t, 200, 'PATCH', made.path, { enabled: false });
  await answersAtOnce(t, 204, 'POST', '/reset');
  await answersAtOnce(t, 204, 'DELETE', made.path);
});

test('trigger 4: nothing is lost when the stuck client reads again after toxics came and went', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', name: 'l', attributes: { latency: 20 } });
  await stick(client, server);
  const total = server.socket.bytesWritten;
  await t.ok(204, 'DELETE', `${made.path}/toxics/l`);
  await t.toxic(made, { type: 'slicer', attributes: { average_size: 9_000 } });
  client.socket.resume();
  await client.received(total, 20_000);
  assert.is(client.size, total);
});

test('trigger 5: a dial that hangs does not keep a proxy from being deleted (real: 503 after 25 s)', async () => {
  const t = await bench();
  const full = await fullUpstream();
  const name = t.name();
  const made = await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: full.address });
  const client = await connect(portOf(made.json.listen));
  await answersAtOnce(t, 204, 'DELETE', `/proxies/${name}`);
  await answersAtOnce(t, 200, 'GET', '/proxies');
  await client.end();
});

test('a dial that hangs ends with FIN after the dial limit', async () => {
  const server = await startToxicServer({ dialTimeoutMs: 150 });
  afterwards(() => server.close());
  const full = await fullUpstream();
  await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream: full.address, enabled: true }]);
  const { listen } = (await (await fetch(`${server.url}/proxies/p`)).json()) as { listen: string };
  const client = await connect(portOf(listen));
  await client.end();
  assert.is(client.ended, 'fin');
});

test('trigger 6: a client that half-closes still gets its reply (real: lost)', async () => {
  const t = await bench();
  const { client, server } = await t.pair();
  client.socket.end('question');
  await server.end();
  await delay(100);
  assert.is(client.ended, undefined);
  server.socket.end('answer');
  await client.end();
  assert.is(client.text, 'answer');
  assert.is(client.ended, 'fin');
});

test('trigger 7: the seed decides which connections are hit (real: it does nothing)', async () => {
  const hits = async (seed: string): Promise<string> => {
    const server = await startToxicServer({ seed });
    const upstream = await startEcho();
    await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream: upstream.address, enabled: true }]);
    const post = { method: 'POST', body: JSON.stringify({ type: 'limit_data', toxicity: 0.5 }) };
    await fetch(`${server.url}/proxies/p/toxics`, post);
    const { listen } = (await (await fetch(`${server.url}/proxies/p`)).json()) as { listen: string };
    let found = '';
    for (let i = 0; i < 24; i++) {
      const client = await connect(portOf(listen));
      client.write('x');
      await client.until('echo or end', (peer) => peer.size > 0 || peer.ended !== undefined);
      found += client.text === 'x' ? '0' : '1';
      client.socket.destroy();
    }
    await server.close();
    return found;
  };
  const first = await hits('one');
  assert.is(await hits('one'), first);
  assert.is.not(await hits('two'), first);
  assert.match(first, /01|10/);
});

test('a client that resets during a toxic leaves nothing behind', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', attributes: { latency: 60_000 } });
  server.write('never delivered');
  await delay(20);
  client.socket.resetAndDestroy();
  await server.end();
  assert.is(server.ended, 'reset');
});

test('an upstream that resets reaches the client as a reset', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', attributes: { latency: 20 } });
  server.write('words');
  await client.received(5);
  server.socket.resetAndDestroy();
  await client.end();
  assert.is(client.ended, 'reset');
});

test('a reset comes after the data that was under way', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', attributes: { latency: 80 } });
  server.write('last words');
  await delay(20);
  server.socket.resetAndDestroy();
  // Data and RST arrive together here, which libuv reports as an end: only the data can be told.
  await client.end();
  assert.is(client.text, 'last words');
});

test('what was said before a FIN arrives with it, though the side that said it breaks meanwhile', async () => {
  const t = await bench();
  for (const type of ['latency', 'slow_close', 'slicer']) {
    const attributes = { latency: 500, delay: 500_000, average_size: 6, ...(type === 'slow_close' && { delay: 500 }) };
    // A server that answers and is gone, while its client still sends: that is told by a reset.
    const answering = await t.pair();
    await t.toxic(answering.made, { type, attributes });
    await within(5_000, 'its FIN', once(answering.server.socket.end('the whole answer'), 'finish'));
    answering.server.socket.destroy();
    for (const part of ['more', 'and more']) {
      answering.client.write(part);
      await delay(30);
    }
    await answering.client.end();
    assert.is(answering.client.text, 'the whole answer', type);
    assert.is(answering.client.ended, 'fin', type);
    // A client that says its word and is gone, while the server speaks.
    const leaving = await t.pair();
    await t.toxic(leaving.made, { type, stream: 'upstream', attributes });
    await within(5_000, 'its FIN', once(leaving.client.socket.end('log line'), 'finish'));
    leaving.client.socket.destroy();
    for (const part of ['banner', 'more']) {
      leaving.server.write(part);
      await delay(30);
    }
    await leaving.server.end();
    assert.is(leaving.server.text, 'log line', type);
    assert.is(leaving.server.ended, 'fin', type);
  }
});

test('a connection that broke while its FIN was held is gone once the FIN is out', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'slow_close', name: 's', stream: 'upstream', attributes: { delay: 60_000 } });
  client.socket.end('log line');
  await delay(30);
  client.socket.destroy();
  server.write('banner');
  await delay(30);
  server.write('more');
  await delay(30);
  assert.is(server.ended, undefined);
  await t.ok(204, 'DELETE', `${made.path}/toxics/s`);
  await server.end();
  assert.is(server.text, 'log line');
  const open = async (): Promise<number> =>
    (await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`)).json.open_connections;
  const since = performance.now();
  while ((await open()) > 0) {
    assert.ok(performance.now() - since < 10_000, 'still open');
    await delay(50);
  }
});

test('garbage on the control port is survived', async () => {
  const t = await bench();
  const port = Number(new URL(t.target.url).port);
  for (const garbage of [
    '\x16\x03\x01\x02',
    'GET\r\n\r\n',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    'POST /proxies HTTP/1.1\r\nContent-Length: -5\r\n\r\n',
  ]) {
    const peer = await connect(port);
    peer.write(garbage);
    await peer
      .until('an answer or an end', ({ ended, size }) => ended !== undefined || size > 0, 3_000)
      .catch(() => undefined);
    peer.socket.destroy();
  }
  await t.ok(200, 'GET', '/version');
  await t.ok(413, 'POST', '/proxies', `{"name":"${'x'.repeat(9_000_000)}"}`);
  await t.ok(400, 'POST', '/proxies', '['.repeat(200_000));
  await t.fails(400, /missing required field/, 'POST', '/proxies', '{"__proto__":{"name":"x"},"constructor":1}');
  await t.ok(404, 'GET', '/proxies/__proto__');
});

test('closing the server twice is fine and ends every connection', async () => {
  const server = await startToxicServer();
  afterwards(() => server.close());
  const upstream = await startUpstream();
  const [made] = await server.populate([{ name: 'p', listen: '127.0.0.1:0', upstream: upstream.address }]);
  const client = await connect(portOf(made?.listen ?? ''));
  const peer = await upstream.next();
  client.write('x');
  await peer.received(1);
  await server.close();
  await server.close();
  await client.end();
  await peer.end();
});

test.run();
