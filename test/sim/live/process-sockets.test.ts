import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { socketsOf } from '../../../sim/live/process-sockets.ts';
import { eventually } from './echo-link.ts';

test('connections, and those whose bytes nobody reads; listeners do not count', async () => {
  const taken: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => taken.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = await socketsOf(process.pid);
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await eventually(() => taken.length === 1, 'it is connected');
  const open = await socketsOf(process.pid);
  client.write('nobody reads this');
  await eventually(async () => (await socketsOf(process.pid))?.unread === 1, 'bytes wait');
  if (process.platform === 'linux') {
    assert.equal(before, { open: 0, unread: 0 });
    assert.equal(open, { open: 2, unread: 0 });
  }
  client.destroy();
  taken[0]?.destroy();
  server.close();
});

test('a process that is gone has none to tell of', async () => {
  assert.is(await socketsOf(2 ** 30), undefined);
});

test.run();
