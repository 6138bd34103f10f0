import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../../proxy/host/cancel.ts';
import { httpExchange } from '../../../../proxy/node/identity/exchange-fetch.ts';

const servers: Server[] = [];

/** A port of 127.0.0.1 whose connections meet `server`. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const kindAt = async (port: number): Promise<string> => {
  const cancel = new CancelSource();
  const send = (signal: AbortSignal): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body: 'code=1', signal });
  return (await httpExchange(cancel, Date.now, send)).kind;
};

test.after(() => {
  for (const server of servers) server.close();
});

test('nobody there: nothing was sent', async () => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  assert.is(await kindAt(port), 'unreachable');
});

test('a connection that ends after the request was read, in order or not: it may have taken effect', async () => {
  const polite = createServer((socket) => socket.once('data', () => socket.end()));
  assert.is(await kindAt(await listening(polite)), 'broken');
  const rude = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  assert.is(await kindAt(await listening(rude)), 'broken');
});

test('an answer that breaks off inside its body: the same', async () => {
  const half = createServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access')),
  );
  assert.is(await kindAt(await listening(half)), 'broken');
});

test.run();
