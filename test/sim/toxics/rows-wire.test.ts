import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { registerRows, row } from './rows.ts';
import { connect, delay, startEcho, startUpstream } from './sockets.ts';

/** Timers of the system under test may be late without bound; early is what must not happen (the peer's clock reads µs). */
const SLACK_MS = 1;

/** Far beyond any wait in this file: what takes this long hangs. */
const HANG_MS = 5_000;

/** A time-out that only a stall of nearly as long lets end while bytes come every 100 ms. */
const TRICKLED_MS = 2_000;

row(79, 'adding, changing and removing act on live connections', async (t) => {
  const { made, client, server } = await t.pair();
  let before = '';
  /** Bytes of the client wait until a change lets them through. */
  const heldUntil = async (change: () => Promise<unknown>): Promise<void> => {
    client.write('held');
    await delay(30);
    assert.is(server.text, before);
    await change();
    before += 'held';
    await server.received(before.length);
  };
  await t.toxic(made, { type: 'bandwidth', name: 'b', stream: 'upstream', attributes: { rate: 0 } });
  await heldUntil(() => t.ok(200, 'PATCH', `${made.path}/toxics/b`, { attributes: { rate: 1000 } }));
  await t.ok(200, 'PATCH', `${made.path}/toxics/b`, { attributes: { rate: 0 } });
  // One more behind it starts it anew, and what it holds goes on.
  await heldUntil(async () => {
    await t.toxic(made, { type: 'noop', name: 'n', stream: 'upstream' });
    // A real server that is late has not taken the bytes in by now; they would be held from here on.
    if (t.real) await t.ok(200, 'PATCH', `${made.path}/toxics/b`, { attributes: { rate: 1000 } });
  });
  if (t.real) await t.ok(200, 'PATCH', `${made.path}/toxics/b`, { attributes: { rate: 0 } });
  await heldUntil(() => t.ok(204, 'DELETE', `${made.path}/toxics/b`));
  client.write('free');
  await server.received(before.length + 4);
  assert.is(server.text, `${before}free`);
});

row(79, 'order within a direction is the order of adding', async (t) => {
  const late: number[] = [];
  for (const order of [
    ['limit_data', 'slow_close'],
    ['slow_close', 'limit_data'],
  ]) {
    const made = await t.proxy(await startUpstream());
    for (const type of order) {
      await t.toxic(made, { type, attributes: type === 'limit_data' ? { bytes: 3 } : { delay: 1_500 } });
    }
    const { client, server } = await t.pair(made);
    // from the write: a reader that is told late of the first bytes would make the wait look short
    const sent = performance.now();
    server.write('abcdef');
    await client.end();
    assert.is(client.text, 'abc');
    late.push(client.endedAtMs - sent);
  }
  // Only a slow_close behind the limit can delay the close the limit makes.
  assert.ok((late[0] ?? 0) >= 1_500 - SLACK_MS, String(late));
  assert.ok((late[1] ?? 9_999) < 1_400, String(late));
});

row(80, 'latency counts from arrival: 5 writes 10 ms apart all come 100 ms later, in order', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', attributes: { latency: 100 } });
  const sent: number[] = [];
  for (let i = 0; i < 5; i++) {
    sent.push(performance.now());
    server.write(String(i));
    await delay(10);
  }
  await client.received(5);
  assert.is(client.text, '01234');
  let seen = 0;
  for (const chunk of client.chunks) {
    for (let i = 0; i < chunk.bytes.length; i++) {
      const took = chunk.atMs - (sent[seen++] ?? 0);
      assert.ok(took >= 100 - SLACK_MS && took < HANG_MS, `byte ${seen} took ${took}`);
    }
  }
});

row(80, 'several latency toxics add up', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', name: 'a', attributes: { latency: 60 } });
  await t.toxic(made, { type: 'latency', name: 'b', attributes: { latency: 70 } });
  const sent = performance.now();
  server.write('x');
  await client.received(1);
  const took = (client.chunks[0]?.atMs ?? 0) - sent;
  assert.ok(took >= 130 - SLACK_MS && took < HANG_MS, String(took));
});

row(81, 'jitter keeps the order; never before latency - jitter', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'latency', attributes: { latency: 30, jitter: 20 } });
  const sent = performance.now();
  const text = Array.from({ length: 200 }, (_, i) => String.fromCharCode(33 + (i % 90))).join('');
  for (const letter of text) server.write(letter);
  await client.received(200);
  assert.is(client.text, text);
  assert.ok((client.chunks[0]?.atMs ?? 0) - sent >= 10 - SLACK_MS);
});

row(81, 'jitter moves both ways; a delay below zero means at once', async (t) => {
  const made = await t.proxy(await startUpstream());
  // Half of all draws wait for days; that all twenty fall on one side happens once in half a million runs.
  const days = 1_000_000_000;
  await t.toxic(made, { type: 'latency', attributes: { latency: -1, jitter: days } });
  const clients = [];
  for (let i = 0; i < 20; i++) {
    const { client, server } = await t.pair(made);
    server.write('x');
    clients.push(client);
  }
  const sent = performance.now();
  while (clients.every((client) => client.size === 0)) {
    assert.ok(performance.now() - sent < HANG_MS, 'none came at once');
    await delay(5);
  }
  await delay(50);
  assert.ok(clients.some((client) => client.size === 0));
  const early = await t.pair();
  await t.toxic(early.made, { type: 'latency', attributes: { latency: -days } });
  early.server.write('at once');
  await early.client.received(7);
});

row(82, 'change or removal releases the waiting chunk at once', async (t) => {
  for (const release of ['PATCH', 'DELETE'] as const) {
    const { made, client, server } = await t.pair();
    await t.toxic(made, { type: 'latency', name: 'l', attributes: { latency: 30_000 } });
    server.write('x');
    await delay(30);
    assert.is(client.text, '');
    await t.call(release, `${made.path}/toxics/l`, release === 'PATCH' ? { attributes: { latency: 0 } } : undefined);
    await client.received(1);
  }
});

row(83, 'bandwidth: 1 KB is 1000 bytes, pieces of at most 100 ms, no credit for idle time', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'bandwidth', attributes: { rate: 100 } });
  const sent = performance.now();
  server.write(Buffer.alloc(50_000));
  await client.received(1);
  const first = client.chunks[0];
  // a reader held up for longer than a piece takes gets two pieces in one read: only a reader in time can tell
  if (first !== undefined && first.atMs - sent < 190) {
    assert.ok(first.bytes.byteLength <= 10_000, `first ${first.bytes.byteLength} bytes`);
  }
  await client.received(50_000);
  const took = performance.now() - sent;
  assert.ok(took >= 500 - 5 && took < HANG_MS, `50 kB at 100 KB/s took ${took}`);
  await delay(300);
  const again = performance.now();
  server.write(Buffer.alloc(20_000));
  await client.received(70_000);
  const second = performance.now() - again;
  // The real server credits the lateness of its timers to the next chunk, so on a busy machine it may be early.
  assert.ok(second >= (t.real ? 0 : 200 - 5), `20 kB after a pause took ${second}`);
});

row(84, 'rate 0 holds all data with the connection open; removal delivers it', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'bandwidth', name: 'b', attributes: { rate: 0 } });
  for (const part of ['one', 'two', 'three']) {
    server.write(part);
    await delay(20);
  }
  assert.is(client.text, '');
  assert.is(client.ended, undefined);
  await t.ok(204, 'DELETE', `${made.path}/toxics/b`);
  await client.received(11);
  assert.is(client.text, 'onetwothree');
});

row(85, 'slow_close: data flows, only the close is late', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'slow_close', name: 's', attributes: { delay: 300 } });
  server.write('data');
  await client.received(4);
  const closed = performance.now();
  server.socket.end();
  await client.end();
  const took = client.endedAtMs - closed;
  assert.ok(took >= 300 - SLACK_MS && took < HANG_MS, String(took));
});

row(85, 'slow_close: removal while waiting closes now', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'slow_close', name: 's', attributes: { delay: 30_000 } });
  server.socket.end('bye');
  await client.received(3);
  await delay(30);
  assert.is(client.ended, undefined);
  await t.ok(204, 'DELETE', `${made.path}/toxics/s`);
  await client.end();
});

row(86, 'timeout: drops data, closes both ends; every chunk dropped starts the clock again', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'timeout', stream: 'upstream', attributes: { timeout: TRICKLED_MS } });
  const started = performance.now();
  let last = 0;
  while (last < started + TRICKLED_MS + 400) {
    last = performance.now();
    client.write('x');
    await delay(100);
  }
  assert.is(client.ended, undefined);
  await client.end();
  await server.end();
  assert.is(server.text, '');
  const took = client.endedAtMs - last;
  assert.ok(took >= TRICKLED_MS - SLACK_MS && took < HANG_MS, String(took));
});

row(86, 'decided: fixed_deadline counts from the start instead (real: unknown attribute, ignored)', async (t) => {
  const { made, client } = await t.pair();
  const attributes = { timeout: TRICKLED_MS, fixed_deadline: true };
  const started = performance.now();
  await t.toxic(made, { type: 'timeout', stream: 'upstream', attributes });
  const trickle = setInterval(() => client.write('x'), 100);
  if (t.real) {
    await delay(TRICKLED_MS + 400);
    assert.is(client.ended, undefined);
  } else {
    await client.end();
    assert.ok(client.endedAtMs - started >= TRICKLED_MS - SLACK_MS);
  }
  clearInterval(trickle);
});

row(87, 'timeout 0: drops until removed; removal and /reset close the connections', async (t) => {
  for (const removal of ['DELETE', 'reset'] as const) {
    const { made, client, server } = await t.pair();
    await t.toxic(made, { type: 'timeout', name: 't', stream: 'upstream' });
    client.write('lost');
    await delay(50);
    assert.is(server.text, '');
    assert.is(client.ended, undefined);
    if (removal === 'DELETE') await t.ok(204, 'DELETE', `${made.path}/toxics/t`);
    else await t.ok(204, 'POST', '/reset');
    await client.end();
    await server.end();
  }
});

row(87, 'timeout 0: the end of the source still closes', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'timeout', stream: 'upstream' });
  client.socket.end();
  await server.end();
  assert.is(server.ended, 'fin');
});

row(87, 'removal spares connections that toxicity had spared (real: closes those as well)', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'timeout', name: 't', stream: 'upstream', toxicity: 0 });
  client.write('through');
  await server.received(7);
  await t.ok(204, 'DELETE', `${made.path}/toxics/t`);
  if (t.real) {
    await client.end();
    return;
  }
  client.write('!');
  await server.received(8);
});

row(88, 'reset_peer: first data, then `timeout`, then RST to both ends; idle connections stay', async (t) => {
  const made = await t.proxy(await startUpstream());
  await t.toxic(made, { type: 'reset_peer', stream: 'upstream', attributes: { timeout: 100 } });
  const idle = await t.pair(made);
  const busy = await t.pair(made);
  const sent = performance.now();
  busy.client.write('x');
  await busy.client.end();
  await busy.server.end();
  assert.is(busy.client.errorCode, 'ECONNRESET');
  assert.is(busy.server.errorCode, 'ECONNRESET');
  const took = busy.client.endedAtMs - sent;
  assert.ok(took >= 100 - SLACK_MS && took < HANG_MS, String(took));
  assert.is(busy.server.text, '');
  assert.is(idle.client.ended, undefined);
  idle.client.socket.end();
  await idle.server.end();
  assert.is(idle.server.ended, 'reset');
});

row(89, 'connections opened before it was added are reset too (real: FIN)', async (t) => {
  const { made, client, server } = await t.pair();
  // The real server reaches the upstream before it starts the links: only a byte that came through shows that they stand.
  client.write('a');
  await server.received(1);
  await t.toxic(made, { type: 'reset_peer', stream: 'upstream' });
  client.write('x');
  await client.end();
  await server.end();
  assert.is(client.ended, t.real ? 'fin' : 'reset');
  assert.is(server.ended, t.real ? 'fin' : 'reset');
});

row(90, 'DELETE during its wait answers at once and spares the connection (real: waits it out)', async (t) => {
  /** Gives back how long DELETE took. */
  const deleted = async (): Promise<number> => {
    const { made, client, server } = await t.pair();
    // Only a byte that came through shows that the links of the real server stand (see row 89).
    client.write('a');
    await server.received(1);
    await t.toxic(made, { type: 'reset_peer', name: 'r', stream: 'upstream', attributes: { timeout: 4_000 } });
    client.write('kept');
    await delay(50);
    const asked = performance.now();
    await t.ok(204, 'DELETE', `${made.path}/toxics/r`);
    const took = performance.now() - asked;
    if (!t.real) {
      await server.received(5);
      assert.is(server.text, 'akept');
    }
    return took;
  };
  if (t.real) {
    // A real server that is late had nothing to wait for yet: that it waits shows at the second try at the latest.
    const took = await deleted();
    assert.ok(took > 2_000 || (await deleted()) > 2_000, String(took));
    return;
  }
  const took = await deleted();
  assert.ok(took < 2_000, String(took));
});

row(91, 'with toxicity 0 normal closes stay normal (real: resets them)', async (t) => {
  const made = await t.proxy(await startUpstream((peer) => peer.socket.on('end', () => peer.socket.end())));
  await t.toxic(made, { type: 'reset_peer', stream: 'upstream', toxicity: 0 });
  const kinds: (string | undefined)[] = [];
  for (let i = 0; i < 5; i++) {
    const { client, server } = await t.pair(made);
    client.write('x');
    await server.received(1);
    client.socket.end();
    await server.end();
    await client.end();
    kinds.push(server.ended);
  }
  if (t.real) assert.ok(kinds.includes('reset'), String(kinds));
  else assert.equal(kinds, ['fin', 'fin', 'fin', 'fin', 'fin']);
});

row(92, 'slicer: many pieces, no byte lost', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'slicer', attributes: { average_size: 100, size_variation: 0, delay: 10_000 } });
  const data = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 251));
  const sent = performance.now();
  server.write(data);
  await client.received(1_000);
  assert.equal(client.bytes, data);
  // 16 pieces of 62 or 63 bytes, 10 ms after each; the reader may see some of them together.
  assert.ok(client.chunks.length <= 16, `${client.chunks.length} reads`);
  // The last piece cannot be there before 150 ms: whoever reads anything earlier reads more than once.
  const first = client.chunks[0]?.atMs ?? 0;
  if (first - sent < 150 - SLACK_MS) assert.ok(client.chunks.length > 1, 'one read');
  // So every read ends where a piece does: k pieces of 62 or 63 bytes are between 62k and 63k bytes.
  let read = 0;
  for (const { bytes } of client.chunks) {
    read += bytes.length;
    const pieces = Math.round(read / 62.5);
    assert.ok(read >= 62 * pieces && read <= 63 * pieces, `a read ends after ${read} bytes`);
  }
  assert.ok((client.chunks.at(-1)?.atMs ?? 0) - sent >= 150 - SLACK_MS);
});

row(93, 'limit_data: exactly N bytes, then FIN', async (t) => {
  const made = await t.proxy(await startUpstream());
  await t.toxic(made, { type: 'limit_data', attributes: { bytes: 10 } });
  const { client, server } = await t.pair(made);
  server.write('0123');
  await client.received(4);
  server.write('456789abcdef');
  await client.end();
  assert.is(client.text, '0123456789');
  assert.is(client.ended, 'fin');
  const exact = await t.pair(made);
  exact.server.write('0123456789');
  await exact.client.end();
  assert.is(exact.client.text, '0123456789');
});

row(93, 'limit_data: the count survives updates; lowering below it closes on the next chunk', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'limit_data', name: 'l', attributes: { bytes: 10 } });
  server.write('01234');
  await client.received(5);
  await t.ok(200, 'PATCH', `${made.path}/toxics/l`, { attributes: { bytes: 3 } });
  await delay(30);
  assert.is(client.ended, undefined);
  server.write('5');
  await client.end();
  assert.is(client.text, '01234');
});

row(93, 'limit_data: 0 closes on the first chunk, which is dropped', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'limit_data' });
  await delay(30);
  assert.is(client.ended, undefined);
  server.write('x');
  await client.end();
  assert.is(client.text, '');
});

row(94, 'toxicity is drawn again by any update, even an empty one', async (t) => {
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'timeout', name: 't', stream: 'upstream', toxicity: 0.5 });
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEF';
  for (const letter of letters) {
    client.write(letter);
    await delay(5);
    await t.ok(200, 'PATCH', `${made.path}/toxics/t`, {});
  }
  await t.ok(200, 'PATCH', `${made.path}/toxics/t`, { toxicity: 0 });
  client.write('Z');
  await server.until('the last letter', (peer) => peer.text.endsWith('Z'));
  const passed = server.text.length - 1;
  assert.ok(passed > 2 && passed < letters.length - 2, `${passed} of ${letters.length} spared`);
});

row(94, 'toxicity is drawn per connection', async (t) => {
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'limit_data', toxicity: 0.5 });
  let spared = 0;
  for (let i = 0; i < 30; i++) {
    const client = await connect(made.port);
    client.write('x');
    await client.until('echo or end', (peer) => peer.size > 0 || peer.ended !== undefined);
    if (client.text === 'x') spared += 1;
    client.socket.destroy();
  }
  assert.ok(spared > 2 && spared < 28, `${spared} of 30 spared`);
});

registerRows();
test.run();
