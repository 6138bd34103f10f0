import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket, WebSocketServer } from 'ws';
import { textBody } from '../../../proxy/host/body.ts';
import { listenFront } from '../../../proxy/node/front/listen.ts';
import { type PassThrough, passThrough, until } from './pass-through.ts';
import { rawExchange, statuses } from './raw-client.ts';

let path: PassThrough;
let sockets: WebSocketServer;

test.before(async () => {
  path = await passThrough((_request, response) => response.end('plain'));
  sockets = new WebSocketServer({ noServer: true });
  path.backend.on('upgrade', (request, socket, head) => {
    if (request.url === '/refuse') {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nplain');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('message', (data, binary) => ws.send(data, { binary }));
      ws.on('error', () => {});
    });
  });
});
test.after(async () => {
  for (const ws of sockets.clients) ws.terminate();
  await path.close();
});

const handshake = (target: string, ...more: string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: a',
    'Connection: keep-alive, Upgrade',
    'Upgrade: WebSocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...more,
    '\r\n',
  ].join('\r\n');

test('a WebSocket carries messages of every size both ways and closes with its code', async () => {
  const ws = new WebSocket(`ws://127.0.0.1:${path.front.port}/echo`);
  await once(ws, 'open');
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 3_000_000]) {
    const message = randomBytes(size);
    ws.send(message);
    const [echo] = (await once(ws, 'message')) as [Buffer];
    assert.ok(echo.equals(message), `${size} bytes`);
  }
  ws.close(4001, 'bye');
  const [code] = (await once(ws, 'close')) as [number];
  assert.is(code, 4001);
});

test('the backend sees a client that breaks off, and the client a backend that does', async () => {
  const first = new WebSocket(`ws://127.0.0.1:${path.front.port}/echo`);
  await once(first, 'open');
  await until(() => sockets.clients.size === 1, 'one socket at the backend');
  first.terminate();
  await until(() => sockets.clients.size === 0, 'gone at the backend');
  const second = new WebSocket(`ws://127.0.0.1:${path.front.port}/echo`);
  await once(second, 'open');
  await until(() => sockets.clients.size === 1, 'one socket at the backend');
  for (const ws of sockets.clients) ws.terminate();
  second.on('error', () => {});
  const [code] = (await once(second, 'close')) as [number];
  assert.is(code, 1006);
});

test('a backend that answers 200 to the handshake: plain answer, connection closed, bytes after it go nowhere', async () => {
  const { text, closed } = await rawExchange(path.front.port, `${handshake('/refuse')}\x81\x85abcdefgh`);
  assert.equal(statuses(text), [200]);
  assert.ok(text.endsWith('plain'));
  assert.ok(closed);
});

test('a handshake that is not switched leaves no connection, also where the client never ends its own', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 403, headers: [], body: textBody('no') }),
  });
  const socket = connect({ host: '127.0.0.1', port: front.port, allowHalfOpen: true });
  socket.on('error', () => {});
  let text = '';
  socket.setEncoding('latin1').on('data', (data) => {
    text += data;
  });
  socket.write(handshake('/'));
  await until(() => text.endsWith('no'), 'the answer came');
  await until(() => front.connections === 0, 'the front let go');
  socket.destroy();
  await front.close();
});

test('a handshake with a bad head is refused before the handler', async () => {
  const before = path.results.length;
  const { text } = await rawExchange(path.front.port, handshake('/echo', 'Host: b'));
  assert.equal(statuses(text), [400]);
  assert.is(path.results.length, before);
});

test('an unknown protocol is served as plain HTTP', async () => {
  const input = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat/2\r\n\r\n';
  const { text } = await rawExchange(path.front.port, input, (t) => t.endsWith('plain'));
  assert.equal(statuses(text), [200]);
});

test('a 101 without a stream is not passed on', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 101, headers: [], body: textBody('?') }),
  });
  const { text, closed } = await rawExchange(front.port, handshake('/'));
  assert.equal(statuses(text), [502]);
  assert.ok(closed);
  await front.close();
});

test('close cuts upgraded connections too', async () => {
  const other = await passThrough(() => {});
  other.backend.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => {}));
  const ws = new WebSocket(`ws://127.0.0.1:${other.front.port}/`);
  ws.on('error', () => {});
  await once(ws, 'open');
  await Promise.all([once(ws, 'close'), other.close()]);
});

test.run();
