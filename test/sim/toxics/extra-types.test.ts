import net from 'node:net';
import tls from 'node:tls';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Toxic } from '../../../sim/toxics/toxic.ts';
import type { StagePort } from '../../../sim/toxics/toxic-type.ts';
import { corrupt } from '../../../sim/toxics/types/corrupt.ts';
import { Bench } from './rows.ts';
import { ScriptedLink } from './scripted-link.ts';
import { afterwards, closeAll, connect, connectError, delay, Peer, startEcho, startUpstream } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

const HELLO = 'GET /things HTTP/1.1\r\nHost: x\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Y: z\r\n\r\n0123456789';

test('packet_loss: chunks vanish at loss_rate; correlation makes bursts', () => {
  const lost = (attributes: object): boolean[] => {
    const link = new ScriptedLink({ toxics: [{ type: 'packet_loss', attributes }] });
    return Array.from({ length: 20_000 }, (_, i) => {
      const before = link.out.length;
      link.link.push(Buffer.from([i & 255]));
      return link.out.length === before;
    });
  };
  const share = (found: boolean[]): number => found.filter(Boolean).length / found.length;
  assert.ok(Math.abs(share(lost({})) - 0.1) < 0.01, 'default loss_rate 0.1');
  assert.is(share(lost({ loss_rate: 0 })), 0);
  assert.is(share(lost({ loss_rate: 1 })), 1);
  const bursty = lost({ loss_rate: 0.1, correlation: 0.5 });
  const afterLoss = bursty.filter((_, i) => i > 0 && bursty[i - 1]);
  assert.ok(Math.abs(share(afterLoss) - 0.6) < 0.05, `after a loss ${share(afterLoss)}`);
});

test('corrupt: bytes change at the rate, lengths stay, and chunking does not matter', () => {
  const run = (sizes: number): Buffer => {
    const link = new ScriptedLink({ toxics: [{ type: 'corrupt', attributes: { rate: 0.01 } }] });
    const data = Buffer.alloc(60_000, 65);
    for (let from = 0; from < data.length; from += sizes) link.link.push(data.subarray(from, from + sizes));
    return link.bytes;
  };
  const damaged = run(1_000);
  assert.is(damaged.length, 60_000);
  const changed = damaged.filter((byte) => byte !== 65).length;
  assert.ok(changed > 500 && changed < 700, `${changed} of an expected 600`);
  assert.ok(damaged.equals(run(7_777)));
});

test('law: corrupt comes to an end at every legal rate, and damages nothing at one of nearly nothing', () => {
  const start = (rate: number, draw: number): { whole: number } => {
    const memory = { whole: -1 };
    corrupt.start({ memory, random: { next: () => draw } } as unknown as StagePort, { rate });
    return memory;
  };
  void fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(5e-324, 1e-17, 5.6e-17, 1e-16), fc.double({ min: 0, max: 1, noNaN: true })),
      fc.nat({ max: 0xffff_ffff }),
      // A distance below 0 would be a loop without end.
      (rate, draw) => assert.ok(start(rate, draw / 0x1_0000_0000).whole >= 0, `rate ${rate}, draw ${draw}`),
    ),
  );
  const link = new ScriptedLink({ toxics: [{ type: 'corrupt', attributes: { rate: 1e-17 } }] });
  link.link.push(Buffer.alloc(30_000, 65));
  assert.ok(link.bytes.equals(Buffer.alloc(30_000, 65)));
});

test('limit_time: data flows, then the connection closes; an update does not start the time again', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'limit_time', attributes: { time: 100 } }] });
  link.link.push(Buffer.from('a'));
  link.clock.advance(60_000);
  link.link.update(link.toxics[0] as never);
  link.link.push(Buffer.from('b'));
  link.clock.advance(200_000);
  assert.is(link.bytes.toString(), 'ab');
  assert.equal(link.ending, { atMicros: 100_000, end: 'close' });
});

test('limit_time, timeout: a FIN goes on and changes nothing about when the connection is closed', () => {
  for (const [type, attributes] of [
    ['limit_time', { time: 100 }],
    ['timeout', { timeout: 100 }],
  ] as const) {
    for (const updated of [false, true]) {
      const link = new ScriptedLink({ toxics: [{ type, attributes }, { type: 'noop' }] });
      link.clock.advance(40_000);
      link.link.end('fin');
      if (updated) link.link.update(link.toxics[0] as never);
      link.clock.advance(1_000_000);
      const due = type === 'timeout' && updated ? 140_000 : 100_000;
      assert.equal(
        link.out,
        [
          { atMicros: 40_000, end: 'fin' },
          { atMicros: due, end: 'closed at once' },
        ],
        `${type}, updated: ${updated}`,
      );
    }
    const broken = new ScriptedLink({ toxics: [{ type, attributes }] });
    broken.link.end('reset');
    broken.clock.advance(1_000_000);
    assert.equal(broken.out, [{ atMicros: 0, end: 'reset' }], type);
  }
});

test('limit_time, timeout: a client that half-closes is closed all the same, by removal of timeout too', async () => {
  const t = await bench();
  for (const body of [
    { type: 'limit_time', attributes: { time: 300 } },
    { type: 'timeout', attributes: { timeout: 300 } },
    { type: 'timeout', attributes: { timeout: 0 } },
  ]) {
    const { made, client, server } = await t.pair();
    await t.toxic(made, { ...body, name: 't', stream: 'upstream' });
    client.socket.end();
    await server.end();
    if (body.attributes.timeout === 0) await t.ok(204, 'DELETE', `${made.path}/toxics/t`);
    await client.end();
    assert.is(client.ended, 'fin', body.type);
  }
});

test('shared_bandwidth: two connections share one rate', () => {
  const first = new ScriptedLink({ toxics: [{ type: 'shared_bandwidth', attributes: { rate: 100 } }] });
  const second = new ScriptedLink({ clock: first.clock, connection: 2 });
  second.link.add(first.toxics[0] as never);
  for (const { link } of [first, second]) link.push(Buffer.alloc(5_000));
  first.clock.advance(99_000);
  const half = first.bytes.length + second.bytes.length;
  assert.ok(half >= 9_000 && half <= 10_000, `${half} bytes in 99 ms at 100 KB/s`);
  assert.ok(Math.abs(first.bytes.length - second.bytes.length) <= 1_000, 'taking turns');
  first.clock.advance(200_000);
  assert.is(first.bytes.length + second.bytes.length, 10_000);
});

test('freeze: the sender must wait from the start; removal delivers everything in order', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'freeze' }] });
  link.link.settle();
  assert.is(link.full, true);
  link.link.push(Buffer.from('held'));
  link.link.end('fin');
  link.clock.advance(60_000_000);
  assert.is(link.out.length, 0);
  link.link.remove(link.toxics[0] as never);
  link.advance(60_000_000);
  assert.is(link.bytes.toString(), 'held');
  assert.is(link.ending?.end, 'fin');
  assert.is(link.full, false);
});

const CLIENT_HELLO = '\x16\x03\x01hello';

test('freeze, tls_handshake_stall, reset_peer: what they hold stays when another toxic comes, goes or is changed', () => {
  for (const type of ['freeze', 'tls_handshake_stall', 'reset_peer']) {
    const attributes = type === 'reset_peer' ? { timeout: 3_000 } : {};
    const link = new ScriptedLink({
      toxics: [
        { type, attributes },
        { type: 'latency', attributes: { latency: 5 } },
      ],
    });
    const [fault, behind] = link.toxics as [Toxic, Toxic];
    link.link.push(Buffer.from(CLIENT_HELLO));
    link.link.remove(behind);
    link.link.add(link.make({ name: 'other', type: 'noop' }));
    if (type === 'freeze') link.link.update(fault);
    link.advance(2_900_000);
    assert.equal(link.out, [], type);
    if (type === 'reset_peer') {
      link.advance(3_100_000);
      assert.equal(link.out, [{ atMicros: 3_000_000, end: 'reset' }]);
    } else {
      link.link.remove(fault);
      link.advance(link.clock.now());
      assert.is(link.bytes.toString('latin1'), CLIENT_HELLO, type);
    }
  }
});

test('freeze: what its conditions no longer allow lets go: a draw that a neighbour made anew, a change of its own', () => {
  let kept = 0;
  for (let connection = 1; connection <= 40; connection++) {
    const link = new ScriptedLink({ connection, toxics: [{ type: 'freeze', toxicity: 0.5 }] });
    link.link.push(Buffer.from('x'));
    if (link.bytes.length > 0) continue;
    link.link.add(link.make({ name: 'other', type: 'noop' }));
    if (link.bytes.length === 0) kept += 1;
  }
  assert.ok(kept > 3 && kept < 17, `${kept} of about 20 drew it again`);
  const link = new ScriptedLink({ toxics: [{ type: 'freeze', attributes: { after_bytes: 1 } }] });
  const [freeze] = link.toxics as [Toxic];
  link.link.push(Buffer.from('ab'));
  assert.is(link.bytes.toString(), 'a');
  link.link.update(freeze);
  assert.is(link.bytes.toString(), 'a');
  freeze.settings = { ...freeze.settings, attributes: { after_bytes: 2 } };
  link.link.update(freeze);
  assert.is(link.bytes.toString(), 'ab');
});

test('blackhole: data and close are swallowed; removal closes', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'blackhole', name: 'b', stream: 'upstream' });
  client.write('nobody hears');
  server.write('but answers pass');
  await client.received(16);
  client.socket.end();
  await delay(60);
  assert.is(server.text, '');
  assert.is(server.ended, undefined);
  await t.ok(204, 'DELETE', `${made.path}/toxics/b`);
  await server.end();
});

test('blackhole: a connection of which both sides have said their last is over, after what else is under way', async () => {
  const t = await bench();
  const open = async (name: string): Promise<number> =>
    (await t.ok(200, 'GET', `/holdfast/proxies/${name}`)).json.open_connections;
  for (const leaving of ['broken', 'closed'] as const) {
    for (const delayed of [[], ['downstream'], ['upstream']]) {
      const { made, client, server } = await t.pair();
      for (const stream of delayed) await t.toxic(made, { type: 'latency', stream, attributes: { latency: 300 } });
      await t.toxic(made, { type: 'blackhole', stream: 'upstream' });
      if (leaving === 'broken') client.socket.resetAndDestroy();
      else client.socket.end();
      await delay(60);
      assert.is(await open(made.name), 1, 'the server has not ended, and is not told');
      server.socket.end('last words');
      for (let attempt = 0; attempt < 100 && (await open(made.name)) > 0; attempt++) await delay(50);
      assert.is(await open(made.name), 0, `client ${leaving}, latency ${delayed}`);
      if (leaving === 'closed') assert.is((await client.end()).text, 'last words');
    }
  }
});

test('half_open: the server is reset, the client keeps a silent connection until it closes', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'half_open' });
  await server.end();
  assert.is(server.ended, 'reset');
  client.write('into the void');
  await delay(60);
  assert.is(client.ended, undefined);
  const later = await t.pair(made);
  await later.server.end();
  assert.is(later.client.ended, undefined);
  client.socket.end();
  await client.end();
});

test('half_open: removal closes the receiver; upstream loses the client', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'half_open', name: 'h', stream: 'upstream' });
  await client.end();
  assert.is(client.ended, 'reset');
  server.write(Buffer.alloc(1_000_000));
  await delay(60);
  assert.is(server.ended, undefined);
  await t.ok(204, 'DELETE', `${made.path}/toxics/h`);
  await server.end();
});

test('half_open, blackhole: a connection they acted on is closed as soon as a change spares it', async () => {
  const t = await bench();
  for (const type of ['half_open', 'blackhole']) {
    for (const change of [
      { toxicity: 0 },
      { attributes: { start_after_ms: 60_000 } },
      { attributes: { after_bytes: 1_000_000 } },
    ]) {
      const { made, client, server } = await t.pair();
      await t.toxic(made, { type, name: 'd' });
      if (type === 'half_open') await server.end();
      else server.write('swallowed');
      await delay(30);
      await t.ok(200, 'PATCH', `${made.path}/toxics/d`, {});
      await delay(30);
      assert.is(client.ended, undefined, `${type} still acts`);
      await t.ok(200, 'PATCH', `${made.path}/toxics/d`, change);
      await client.end();
      assert.is(client.size, 0, `${type} ${JSON.stringify(change)}`);
      await t.ok(204, 'DELETE', made.path);
    }
  }
});

test('freeze on sockets: the sender blocks, nothing is lost', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'freeze', name: 'f' });
  const data = Buffer.alloc(16_000_000, 5);
  server.write(data);
  await delay(150);
  assert.is(client.size, 0);
  assert.ok(server.socket.writableLength > 1_000_000, 'the sender is stuck');
  await t.ok(204, 'DELETE', `${made.path}/toxics/f`);
  await client.received(data.length, 10_000);
});

test('connect_delay: the dial is late, removal dials at once', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'connect_delay', name: 'd', attributes: { delay: 200 } });
  // The delay counts from the accept, which no load on the machine can bring before this.
  const began = performance.now();
  const client = await connect(made.port);
  client.write('x');
  await client.received(1);
  assert.ok((client.chunks[0]?.atMs ?? 0) - began >= 199, 'late');
  await t.ok(200, 'PATCH', `${made.path}/toxics/d`, { attributes: { delay: 60_000 } });
  const second = await connect(made.port);
  second.write('y');
  await delay(50);
  await t.ok(204, 'DELETE', `${made.path}/toxics/d`);
  await second.received(1);
});

test('refuse: the port is closed, open connections live on, removal opens it again', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'refuse', name: 'r' });
  assert.is(await connectError(made.port), 'ECONNREFUSED');
  client.write('still');
  await server.received(5);
  assert.is((await t.ok(200, 'GET', made.path)).json.enabled, true);
  await t.ok(204, 'DELETE', `${made.path}/toxics/r`);
  await connect(made.port);
});

test('refuse: survives disable and enable, and /reset ends it', async () => {
  const t = await bench();
  const made = await t.proxy();
  await t.toxic(made, { type: 'refuse' });
  await t.ok(200, 'PATCH', made.path, { enabled: false });
  await t.ok(200, 'PATCH', made.path, { enabled: true });
  assert.is(await connectError(made.port), 'ECONNREFUSED');
  await t.ok(204, 'POST', '/reset');
  await connect(made.port);
});

test('refuse with a timetable: closed when it wakes, open again when it ends', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'refuse', attributes: { start_after_ms: 1_000, duration_ms: 1_000 } });
  await connect(made.port);
  const started = performance.now();
  while ((await connectError(made.port)) !== 'ECONNREFUSED') {
    assert.ok(performance.now() - started < 5_000, 'never refused');
    await delay(20);
  }
  while ((await connectError(made.port)) === 'ECONNREFUSED') {
    assert.ok(performance.now() - started < 10_000, 'never open again');
    await delay(20);
  }
  assert.equal((await t.ok(200, 'GET', `${made.path}/toxics`)).json, []);
});

test('refuse below toxicity 1: some connections are reset after the accept', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'refuse', toxicity: 0.5 });
  let refused = 0;
  for (let i = 0; i < 20; i++) {
    const client = new Peer(net.connect({ port: made.port, host: '127.0.0.1' }));
    client.write('x');
    await client.until('echo or end', (peer) => peer.size > 0 || peer.ended !== undefined);
    if (client.text === '') refused += 1;
  }
  assert.ok(refused > 2 && refused < 18, `${refused} of 20`);
});

test('http_status downstream: the server works, its answer is replaced', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  const attributes = { status: 429, body: 'slow down', retry_after: 7 };
  await t.toxic(made, { type: 'http_status', attributes });
  client.write(HELLO);
  await server.received(HELLO.length);
  server.write(ANSWER);
  await client.end();
  assert.match(client.text, /^HTTP\/1\.1 429 Too Many Requests\r\n[\s\S]*Retry-After: 7\r\n[\s\S]*\r\n\r\nslow down$/);
});

test('http_status upstream: the request never reaches the server', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'http_status', stream: 'upstream' });
  client.write(HELLO.slice(0, 20));
  await delay(20);
  client.write(HELLO.slice(20));
  await client.end();
  await server.end();
  assert.match(client.text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assert.is(server.text, '');
  const head = await t.pair(made);
  head.client.write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
  await head.client.end();
  assert.match(head.client.text, /\r\n\r\n$/);
});

test('http_slow_headers: line by line, nothing lost; other protocols pass', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'http_slow_headers', attributes: { delay: 50 } }] });
  link.link.push(Buffer.from(ANSWER));
  link.clock.advance(1_000_000);
  assert.equal(
    link.out.map(({ atMicros, bytes }) => [atMicros / 1_000, bytes?.toString()]),
    [
      [50, 'HTTP/1.1 200 OK\r\n'],
      [100, 'Content-Length: 10\r\n'],
      [150, 'X-Y: z\r\n'],
      [200, '\r\n0123456789'],
    ],
  );
  link.link.push(Buffer.from('plain bytes'));
  assert.is(link.out.length, 5);
});

test('http_abort_body: the head and `bytes` bytes of the body, then the end', () => {
  for (const [reset, end] of [
    [false, 'close'],
    [true, 'reset'],
  ] as const) {
    const link = new ScriptedLink({ toxics: [{ type: 'http_abort_body', attributes: { bytes: 4, reset } }] });
    link.link.push(Buffer.from(ANSWER.slice(0, 60)));
    link.link.push(Buffer.from(ANSWER.slice(60)));
    assert.is(link.bytes.toString(), ANSWER.slice(0, -6));
    assert.is(link.ending?.end, end);
  }
});

test('tls_handshake_stall: the handshake waits, other protocols pass, removal lets it go on', async () => {
  const t = await bench();
  const hello: Buffer[] = [];
  const made = await t.proxy(await startUpstream((peer) => peer.socket.on('data', (bytes) => hello.push(bytes))));
  await t.toxic(made, { type: 'tls_handshake_stall', name: 's', stream: 'upstream' });
  const plain = await t.pair(made);
  plain.client.write('plain');
  await plain.server.received(5);
  const handshake = tls.connect({ port: made.port, host: '127.0.0.1', rejectUnauthorized: false });
  handshake.on('error', () => undefined);
  afterwards(() => {
    handshake.destroy();
  });
  const server = await made.upstream.next();
  await delay(60);
  assert.is(server.size, 0);
  await t.ok(204, 'DELETE', `${made.path}/toxics/s`);
  await server.received(100);
  assert.is(server.bytes[0], 22);
});

test.run();
