import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../../proxy/host/host.ts';
import { LiveClock } from '../../../proxy/node/clock.ts';
import { LateFront } from '../../../proxy/node/roles/late-front.ts';
import { connected } from './raw-client.ts';

const clock = new LiveClock();
test.after(() => clock.stop());

const handler = async () => ({ status: 200, headers: [], body: undefined });
const listens = (port: number): Promise<boolean> =>
  connected(port).then(
    (socket) => socket.destroy().destroyed,
    () => false,
  );

async function taken(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const freed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

test('port 0 is open from the start, since nobody else could tell it', async () => {
  const front = await LateFront.claim({ host: '127.0.0.1', port: 0, handler });
  try {
    assert.ok(await listens(front.port));
    await front.open(clock);
    assert.ok(await listens(front.port));
  } finally {
    await front.close();
  }
});

test('a port of its own must be free at the start, is shut until it opens, and never opens after its end', async () => {
  const other = await taken();
  const options = { host: '127.0.0.1', port: portOf(other), handler };
  try {
    await LateFront.claim(options);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_PORT_IN_USE');
  }
  await freed(other);
  const front = await LateFront.claim(options);
  assert.is(front.port, options.port);
  assert.not.ok(await listens(front.port));
  await front.open(clock);
  assert.ok(await listens(front.port));
  await front.close();
  await front.open(clock);
  assert.not.ok(await listens(front.port));
});

test('a port that was taken meanwhile is told and waited for', async () => {
  const first = await taken();
  const port = portOf(first);
  await freed(first);
  let told = (): void => {};
  const complained = new Promise<void>((resolve) => {
    told = resolve;
  });
  const log: Log = { debugEnabled: false, event: (_level, name) => name === 'front.not-open' && told() };
  const front = await LateFront.claim({ host: '127.0.0.1', port, handler, log });
  try {
    const other = await taken(port);
    const open = front.open(clock);
    await complained;
    await freed(other);
    await open;
    assert.ok(await listens(port));
  } finally {
    await front.close();
  }
});

test.run();
