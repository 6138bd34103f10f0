import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeSocket } from '../../../sim/toxics/close-socket.ts';
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

test.run();
