import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wholeBody } from '../../../proxy/host/body.ts';
import { type Front, listenFront } from '../../../proxy/node/front/listen.ts';
import { testCertificates } from './certificates.ts';
import { until } from './pass-through.ts';
import { connected, rawExchange, statuses } from './raw-client.ts';

/** Far beyond what two kernels hold for a client that does not read. */
const total = 64 * 1024 * 1024;
const large = wholeBody({ bytes: total, data: Buffer.alloc(total) });

let front: Front | undefined;
test.after.each(async () => {
  await front?.close();
  front = undefined;
});

/** Asks and reads the head of the answer, then no more. */
async function unread(port: number): Promise<Socket> {
  const socket = await connected(port);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

/** Bytes that came until the connection ended. */
async function rest(socket: Socket): Promise<number> {
  const from = socket.bytesRead;
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  assert.ok(socket.bytesRead > from);
  return socket.bytesRead;
}

test('a drain closes idle connections and leaves an answer that has ended but still waits for its client', async () => {
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async ({ target }) => ({ status: 200, headers: [], body: target === '/' ? large : undefined }),
  });
  const slow = await unread(front.port);
  const idle = await connected(front.port);
  const gone = new Promise((resolve) => idle.once('close', resolve));
  idle.write('GET /idle HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => idle.once('data', resolve));
  const drained = front.drain();
  await gone;
  assert.is(front.connections, 1, 'the slow client’s');
  assert.ok((await rest(slow)) > total, 'the whole answer');
  await drained;
});

test('another answer’s end during a drain does not cut an answer that waits for its client', async () => {
  let asked = 0;
  let answerNow = (): void => {};
  const later = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => {
      asked += 1;
      if (asked === 1) return { status: 200, headers: [], body: large };
      await later;
      return { status: 200, headers: [], body: undefined };
    },
  });
  const slow = await unread(front.port);
  const other = await connected(front.port);
  other.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => asked === 2, 'both are asked');
  const drained = front.drain();
  const gone = new Promise((resolve) => other.once('close', resolve));
  other.resume();
  answerNow();
  await gone;
  // a turn more than the look at idle connections takes
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.is(front.connections, 1, 'the slow client’s');
  assert.ok((await rest(slow)) > total, 'the whole answer');
  await drained;
});

for (const end of ['drain', 'close'] as const) {
  test(`${end} waits for no connection that never begins its handshake, and ends none that has`, async () => {
    const { listener: tls } = await testCertificates();
    let answerNow = (): void => {};
    const later = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    let asked = false;
    front = await listenFront({
      host: '127.0.0.1',
      port: 0,
      tls,
      handler: async () => {
        asked = true;
        if (end === 'drain') await later;
        return { status: 200, headers: [], body: undefined };
      },
      // what Node gives a handshake: longer than this test may take
      limits: { headTimeoutMs: 600_000 },
    });
    const silent = await connected(front.port);
    const gone = new Promise((resolve) => silent.once('close', resolve).resume());
    const served = connectTls({ host: '127.0.0.1', port: front.port, ca: tls.ca, servername: 'localhost' });
    let text = '';
    served.setEncoding('latin1').on('data', (data) => {
      text += data;
    });
    served.on('error', () => {});
    served.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => asked, 'the other client is served');
    const ended = front[end]();
    await gone;
    answerNow();
    await ended;
    if (end === 'drain') await until(() => text.startsWith('HTTP/1.1 200 '), 'the running answer came');
  });
}

test('a drain does not wait for a head that was begun behind an earlier request and stands still', async () => {
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 200, headers: [], body: undefined }),
    // what Node’s own limit would give it: longer than this test may take
    limits: { headTimeoutMs: 600_000, keepAliveMs: 600_000 },
  });
  const socket = await connected(front.port);
  socket.on('error', () => {});
  const answer = new Promise((resolve) => socket.once('data', resolve));
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT');
  await answer;
  await front.drain();
  socket.destroy();
});

test('one whose rest comes during the drain is served', async () => {
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 200, headers: [], body: undefined }),
    limits: { headTimeoutMs: 600_000 },
  });
  const socket = await connected(front.port);
  let text = '';
  socket.setEncoding('latin1').on('data', (data) => {
    text += data;
  });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT');
  await until(() => text.endsWith('\r\n\r\n'), 'the first answer');
  const drained = front.drain();
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.write('TP/1.1\r\nHost: a\r\n\r\n');
  await Promise.all([gone, drained]);
  assert.equal(statuses(text), [200, 200]);
});

test('a drain leaves a running request and the handshake of a WebSocket their time', async () => {
  let answerNow = (): void => {};
  const later = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  let asked = 0;
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => {
      asked += 1;
      await later;
      return { status: 200, headers: [], body: undefined };
    },
    // the time between two looks at connections without work
    limits: { headTimeoutMs: 300 },
  });
  const handshake =
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n';
  const running = rawExchange(front.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const switching = rawExchange(front.port, handshake);
  await until(() => asked === 2, 'both are asked');
  const drained = front.drain();
  // two looks and more
  await new Promise((resolve) => setTimeout(resolve, 1000));
  answerNow();
  assert.equal(statuses((await running).text), [200]);
  assert.equal(statuses((await switching).text), [200]);
  await drained;
});

test.run();
