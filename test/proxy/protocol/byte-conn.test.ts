import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { CloseReason, Conn } from '../../../proxy/host/transport.ts';
import { ms } from '../../../proxy/host/units.ts';
import { byteConn } from '../../../proxy/protocol/byte-conn.ts';
import type { ByteStream } from '../../../proxy/protocol/byte-stream.ts';
import { ManualClock, settled } from '../manual-clock.ts';
import { bytePair, type PairStream, rethrow } from './byte-pair.ts';
import { encodeFrame } from './encode-frame.ts';

const peer = { address: 'pair', certificateName: 'connector/1' };
const ping: Frame = { type: 'ping', stamp: 7 };
const chunk = (stream: number, bytes = 16_384): Frame => ({
  type: 'data',
  stream,
  chunk: { bytes, data: new Uint8Array(bytes) },
  end: false,
});

/** A stream that keeps what is written and says what it is told to say. */
class ScriptedStream implements ByteStream {
  writes: Uint8Array[] = [];
  room = true;
  closed: CloseReason | undefined = undefined;
  bytes: (bytes: Uint8Array) => void = () => {};
  drain: () => void = () => {};
  close_: (reason: CloseReason) => void = () => {};

  write(bytes: Uint8Array): boolean {
    this.writes.push(bytes);
    return this.room;
  }
  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.bytes = fn;
  }
  onDrain(fn: () => void): void {
    this.drain = fn;
  }
  onClose(fn: (reason: CloseReason) => void): void {
    this.close_ = fn;
  }
  close(reason: CloseReason): void {
    this.closed = reason;
  }
}

function scripted(): { stream: ScriptedStream; conn: Conn; closed: CloseReason[]; frames: Frame[]; drains: number[] } {
  const stream = new ScriptedStream();
  const conn = byteConn(stream, { peer, flushSoon: (fn) => queueMicrotask(fn), onBug: rethrow });
  const closed: CloseReason[] = [];
  const frames: Frame[] = [];
  const drains: number[] = [];
  conn.onClose((reason) => closed.push(reason));
  conn.onFrame((frame) => frames.push(frame));
  conn.onDrain(() => drains.push(stream.writes.length));
  return { stream, conn, closed, frames, drains };
}

test('the frames of one turn share one write', async () => {
  const { stream, conn } = scripted();
  for (let i = 0; i < 20; i++) conn.send(ping);
  assert.is(stream.writes.length, 0);
  await settled();
  assert.is(stream.writes.length, 1);
  assert.is(stream.writes[0]?.byteLength, 20 * 17);
});

test('what a turn began with leaves before the turn ends, once', async () => {
  const { stream, conn } = scripted();
  for (let i = 0; i < 1000; i++) conn.send(ping);
  assert.is(stream.writes.length, 1);
  assert.is(stream.writes[0]?.byteLength, 17 * Math.ceil(4096 / 17));
  await settled();
  assert.is(stream.writes.length, 2);
  assert.is(
    stream.writes.reduce((sum, part) => sum + part.byteLength, 0),
    17_000,
  );
  for (let i = 0; i < 300; i++) conn.send(ping);
  assert.is(stream.writes.length, 3, 'the next turn has its own');
});

test('a stream that is full after the first bytes of a turn asks for restraint at once', async () => {
  const { stream, conn } = scripted();
  stream.room = false;
  assert.is(conn.send(chunk(1)), false);
  conn.send(chunk(1));
  await settled();
  assert.is(stream.writes.length, 1);
});

test('bulk waits above the mark, and a drain is told once there is room', async () => {
  const { stream, conn, drains } = scripted();
  let sent = 0;
  while (conn.send(chunk(1))) sent++;
  assert.is(sent, 8, 'the first leaves at once, seven wait');
  stream.room = false;
  await settled();
  assert.is(conn.send(ping), false, 'the stream asked for restraint');
  assert.equal(drains, []);
  const before = stream.writes.length;
  await settled();
  assert.is(stream.writes.length, before, 'nothing is written into a full stream');
  stream.room = true;
  stream.drain();
  assert.is(stream.writes.length, before + 1);
  assert.is(drains.length, 1);
  assert.is(conn.send(ping), true);
});

test('a peer that never reads is given up before control frames fill the memory', async () => {
  const { stream, conn, closed } = scripted();
  stream.room = false;
  conn.send(ping);
  await settled();
  for (let i = 0; i < 600_000 && closed.length === 0; i++) conn.send(ping);
  assert.match(closed[0]?.detail ?? '', 'ERR_TUNNEL_UNREAD');
  assert.is(stream.closed?.cause, 'lost');
});

test('an orderly close flushes, a reset does not', async () => {
  for (const [cause, writes] of [
    ['fin', 1],
    ['local', 1],
    ['reset', 0],
  ] as const) {
    const { stream, conn, closed } = scripted();
    conn.send(ping);
    conn.close({ cause, detail: 'x' });
    conn.close({ cause, detail: 'again' });
    assert.is(stream.writes.length, writes);
    assert.equal(closed, [{ cause, detail: 'x' }]);
    await settled();
    assert.is(stream.writes.length, writes);
  }
});

test('broken bytes close with a code, after the sound frames before them', () => {
  const { stream, conn, closed, frames } = scripted();
  const sound = encodeFrame(ping);
  stream.bytes(new Uint8Array([...sound, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
  assert.equal(frames, [ping]);
  assert.is(closed[0]?.cause, 'protocol');
  assert.match(closed[0]?.detail ?? '', 'ERR_FRAME_LENGTH');
  assert.is(stream.closed?.cause, 'protocol');
  stream.bytes(sound);
  assert.is(frames.length, 1, 'deaf afterwards');
  assert.is(conn.send(ping), true);
});

test('a listener that throws costs its connection, is told of, and nothing escapes into the stream', () => {
  const stream = new ScriptedStream();
  const bugs: unknown[] = [];
  const conn = byteConn(stream, { peer, flushSoon: (fn) => queueMicrotask(fn), onBug: (error) => bugs.push(error) });
  const closed: CloseReason[] = [];
  const bug = new TypeError('no such thing');
  conn.onClose((reason) => closed.push(reason));
  conn.onFrame(() => {
    throw bug;
  });
  stream.bytes(new Uint8Array([...encodeFrame(ping), ...encodeFrame(ping)]));
  assert.equal(bugs, [bug]);
  assert.equal(closed, [{ cause: 'internal', detail: 'ERR_TUNNEL_INTERNAL: TypeError: no such thing' }]);
  assert.is(stream.closed?.cause, 'internal');
});

test('who listens late is told of the end', () => {
  const stream = new ScriptedStream();
  const conn = byteConn(stream, { peer, flushSoon: (fn) => queueMicrotask(fn), onBug: rethrow });
  stream.close_({ cause: 'reset', detail: 'gone' });
  const told: CloseReason[] = [];
  conn.onClose((reason) => told.push(reason));
  assert.equal(told, [{ cause: 'reset', detail: 'gone' }]);
});

test('an end inside a frame was no orderly end', () => {
  const { stream, closed } = scripted();
  stream.bytes(encodeFrame(ping).slice(0, 9));
  stream.close_({ cause: 'fin', detail: 'end' });
  assert.is(closed[0]?.cause, 'reset');
});

test('frames pass a seeded line whole and in order', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const clock = new ManualClock();
    const [a, b]: [PairStream, PairStream] = bytePair(clock, { random: seededRandom(seed) });
    const left = byteConn(a, { peer, flushSoon: (fn) => queueMicrotask(fn), onBug: rethrow });
    const right = byteConn(b, { peer, flushSoon: (fn) => queueMicrotask(fn), onBug: rethrow });
    const got: number[] = [];
    right.onFrame((frame) => got.push(frame.type === 'data' ? frame.stream : -1));
    const order = Array.from({ length: 40 }, (_, i) => i + 1);
    for (const i of order) left.send(chunk(i, 1 + ((i * 997) % 16_384)));
    await clock.pass(ms(50));
    assert.equal(got, order);
    assert.is(right.peer.certificateName, 'connector/1');
  }
});

test.run();
