import type { Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wholeBody } from '../../../proxy/host/body.ts';
import { ms } from '../../../proxy/host/units.ts';
import { listenFront } from '../../../proxy/node/front/listen.ts';
import { StalledClients } from '../../../proxy/node/front/stalled-clients.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from './pass-through.ts';
import { connected } from './raw-client.ts';

/** Far beyond what two kernels hold for a client that does not read. */
const total = 64 * 1024 * 1024;

const anyByte = { bodyIdleMs: 100, bodyLeastBytes: 1 };

for (const [words, requests, bytes] of [
  ['one whole answer', 1, total],
  ['a train of short ones', 20_000, 1024],
] as const) {
  test(`a client that never reads ${words} is cut`, async () => {
    const front = await listenFront({
      host: '127.0.0.1',
      port: 0,
      handler: async () => ({ status: 200, headers: [], body: wholeBody({ bytes, data: Buffer.alloc(bytes) }) }),
      limits: { bodyIdleMs: 200 },
    });
    try {
      const socket = await connected(front.port);
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.on('error', () => {});
      socket.pause();
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(requests));
      await until(() => front.connections === 1, 'connected');
      await until(() => front.connections === 0, 'the front cut it');
      socket.resume();
      await gone;
      assert.ok(socket.bytesRead < requests * bytes);
    } finally {
      await front.close();
    }
  });
}

test('two looks without a byte taken cut a client, a byte between them saves it, and so does having nothing to take', async () => {
  const clock = new ManualClock();
  const cut: string[] = [];
  const client = (
    name: string,
  ): { bytesWritten: number; writableLength: number; _handle: { writeQueueSize: number } } =>
    Object.assign(
      { bytesWritten: 1000, writableLength: 800, _handle: { writeQueueSize: 800 } },
      { resetAndDestroy: () => cut.push(name) },
    );
  const [stuck, within, between, coming] = [client('stuck'), client('within'), client('between'), client('coming')];
  let unread: unknown[] = [stuck, within, between, coming];
  const stalled = new StalledClients(() => unread as Socket[], clock, anyByte);
  stalled.begin();
  for (let look = 0; look < 6; look++) {
    // a byte of the write under way; a whole write; more to take, but none taken
    within._handle.writeQueueSize -= 1;
    between.bytesWritten += 100;
    coming.bytesWritten += 10;
    coming.writableLength += 10;
    await clock.pass(ms(50));
    if (look === 2) assert.equal(cut, ['stuck', 'coming'], 'seen, and twice seen idle');
    if (cut.length > 0) unread = [within, between];
  }
  assert.equal(cut, ['stuck', 'coming']);
  stalled.end();
  assert.is(clock.pending, 0);
});

test('a client that takes less than the least bytes over two looks is cut; one that takes them, or all there was, is not', async () => {
  const clock = new ManualClock();
  const cut: string[] = [];
  const client = (name: string, waiting: number) =>
    Object.assign(
      { bytesWritten: 100_000, writableLength: waiting, _handle: { writeQueueSize: waiting } },
      { resetAndDestroy: () => cut.push(name) },
    );
  const [slow, trickle, quick] = [client('slow', 90_000), client('trickle', 90_000), client('quick', 10)];
  let unread: unknown[] = [slow, trickle, quick];
  const stalled = new StalledClients(() => unread as Socket[], clock, { bodyIdleMs: 100, bodyLeastBytes: 1000 });
  stalled.begin();
  for (let look = 0; look < 8; look++) {
    await clock.pass(ms(50));
    slow._handle.writeQueueSize -= look % 2 === 0 ? 0 : 1000;
    trickle._handle.writeQueueSize -= 499;
    // ten bytes more each time, and those of before are gone
    quick.bytesWritten += 10;
    if (cut.length > 0) unread = [slow, quick];
  }
  assert.equal(cut, ['trickle']);
  stalled.end();
});

test('a process that was frozen gives its clients time before it cuts them', async () => {
  const clock = new ManualClock();
  let cuts = 0;
  const client = { bytesWritten: 1000, writableLength: 800, resetAndDestroy: () => cuts++ };
  new StalledClients(() => [client as unknown as Socket], clock, anyByte).begin();
  await clock.pass(ms(50));
  clock.freeze(ms(10_000));
  await clock.pass(ms(1));
  assert.is(cuts, 0);
});

test.run();
