import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { type Exchanged, HttpClient } from '../../../sim/live/load/http-client.ts';

const patienceMs = 60_000;

/** What one GET to a server that treats connections so comes to; everything is closed afterwards. */
async function asked(server: Server, cancel = new CancelSource()): Promise<Exchanged> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new HttpClient('', patienceMs);
  const request = {
    origin: `https://127.0.0.1:${port}`,
    method: 'GET',
    path: '/',
    host: 'shop.example',
    headers: {},
    body: null,
    keepText: false,
  };
  try {
    return await client.exchange(request, cancel);
  } finally {
    await client.close();
    server.close();
  }
}

test('a link that accepts for a dead upstream and closes is an unreachable service, not a broken answer', async () => {
  const closing = createServer((socket) => {
    socket.on('error', () => {});
    socket.end();
  });
  assert.is((await asked(closing)).kind, 'refused');
});

test('a user who gives up on silence saw silence', async () => {
  const cancel = new CancelSource();
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    cancel.cancel('user gave up');
  });
  assert.is((await asked(silent, cancel)).kind, 'silence');
});

test('a connection that takes longer than seconds is waited for as long as the user waits, and not a moment longer', async () => {
  const held: Socket[] = [];
  const cancel = new CancelSource();
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    held.push(socket);
  });
  let over = false;
  const exchange = asked(silent, cancel).finally(() => {
    over = true;
  });
  // longer than the 3 s after which it was given up whatever the user's patience
  await new Promise((resolve) => setTimeout(resolve, 4_500));
  assert.is(over, false, 'a slow link is no failure');
  cancel.cancel('user gave up');
  await new Promise((resolve) => setImmediate(resolve));
  for (const socket of held) socket.destroy();
  assert.equal(await exchange, { kind: 'silence', detail: 'user gave up' });
});

test.run();
