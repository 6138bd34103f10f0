import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { abortSocket, closeSocket } from '../../../sim/toxics/close-socket.ts';
import { afterwards, closeAll, connect, delay, within } from './sockets.ts';

test.after.each(closeAll);

/** Far more than the kernel keeps between two ends. */
const DATA = Buffer.alloc(32_000_000, 3);

async function ends(): Promise<{ ours: net.Socket; theirs: Awaited<ReturnType<typeof connect>> }> {
  const server = net.createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const theirs = await connect((server.address() as net.AddressInfo).port);
  const [ours] = (await accepted) as [net.Socket];
  afterwards(() => {
    server.close();
    ours.destroy();
  });
  ours.on('error', () => undefined);
  return { ours, theirs };
}

test('a slow reader gets everything that was written before the close, however long it takes', async () => {
  const { ours, theirs } = await ends();
  theirs.socket.pause();
  ours.write(DATA);
  closeSocket(ours);
  // Ten reads of a tenth each, a pause before each: in sum far longer than a standstill may last.
  for (let i = 1; i <= 10; i++) {
    await delay(250);
    theirs.socket.resume();
    await theirs.until('a tenth more', ({ size }) => size >= (DATA.length * i) / 10);
    theirs.socket.pause();
  }
  theirs.socket.resume();
  await theirs.end();
  assert.is(theirs.size, DATA.length);
  assert.is(theirs.ended, 'fin');
});

test('a reader that takes nothing is cut off', async () => {
  const { ours, theirs } = await ends();
  theirs.socket.pause();
  ours.write(DATA);
  closeSocket(ours);
  await within(10_000, 'the cut', once(ours, 'close'));
});

test('a socket that is closed already is not watched: nothing would ever stop that', async () => {
  const { ours } = await ends();
  abortSocket(ours);
  await within(5_000, 'the close', once(ours, 'close'));
  const { setInterval } = globalThis;
  let watches = 0;
  globalThis.setInterval = ((...asked: Parameters<typeof setInterval>) => {
    watches += 1;
    return setInterval(...asked);
  }) as typeof setInterval;
  try {
    closeSocket(ours);
  } finally {
    globalThis.setInterval = setInterval;
  }
  assert.is(watches, 0);
});

test('an abort closes a socket whatever is under way on it', async () => {
  for (const bytes of [0, 100, DATA.length]) {
    for (const ended of [false, true]) {
      const { ours, theirs } = await ends();
      if (bytes > 0) ours.write(DATA.subarray(0, bytes));
      if (ended) ours.end();
      abortSocket(ours);
      await within(5_000, `the close after ${bytes} bytes, ended: ${ended}`, once(ours, 'close'));
      await theirs.end();
      if (bytes === 0) assert.is(theirs.ended, ended ? 'fin' : 'reset', 'no reset takes back a FIN');
    }
  }
});

test.run();
