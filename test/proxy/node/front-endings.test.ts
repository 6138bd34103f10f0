import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textBody } from '../../../proxy/host/body.ts';
import type { BodySource } from '../../../proxy/host/message.ts';
import { listenFront } from '../../../proxy/node/front/listen.ts';
import { type PassThrough, passThrough, until } from './pass-through.ts';
import { connected, rawExchange, statuses } from './raw-client.ts';

let path: PassThrough | undefined;
test.after.each(async () => {
  await path?.close();
  path = undefined;
});

test('a client that leaves before the answer trips cancel, closes the backend connection and harms nobody', async () => {
  let backendClosed = false;
  path = await passThrough((request, response) => {
    request.on('close', () => {
      backendClosed = true;
    });
    if (request.url === '/quick') response.end('quick');
  });
  const socket = await connected(path.front.port);
  socket.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => path?.backend.once('request', resolve));
  socket.resetAndDestroy();
  await until(() => backendClosed, 'the backend saw the connection go');
  assert.equal(path.cancelled, ['client-closed']);
  assert.is(await (await fetch(`${path.url}/quick`)).text(), 'quick');
});

test('an answer for a client that has gone is dropped, also when it is streamed', async () => {
  const cancelledBodies: string[] = [];
  let answerNow = (): void => {};
  let asked = (): void => {};
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => {
      const answering = new Promise<void>((resolve) => {
        answerNow = resolve;
      });
      asked();
      await answering;
      const body: BodySource = {
        pull: () => ({ bytes: 1, data: Buffer.from('x') }),
        cancel: (reason) => cancelledBodies.push(reason),
      };
      return { status: 200, headers: [], body };
    },
  });
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const socket = await connected(front.port);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await reached;
  socket.resetAndDestroy();
  await until(() => front.connections === 0, 'connection gone');
  answerNow();
  await until(() => cancelledBodies.length === 1, 'body cancelled');
  await front.close();
});

for (const [name, head] of [
  ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'],
] as const) {
  test(`a backend that breaks off inside a body (${name}) gives the client a cut, never an end`, async () => {
    path = await passThrough((_request, response) => {
      response.socket?.write(head, () => response.socket?.destroy());
    });
    const { text, closed } = await rawExchange(path.front.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.ok(closed);
    assert.not.ok(text.includes('0\r\n\r\n'));
  });
}

test('a handler that throws is a 500, and unfit answers are a 502', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async (request) => {
      if (request.target === '/throw') throw new Error('bug');
      if (request.target === '/101') return { status: 101, headers: [], body: undefined };
      if (request.target === '/short')
        return { status: 200, headers: [['Content-Length', '9']], body: textBody('four') };
      return { status: 200, headers: [['X-A', 'a\r\nSet-Cookie: evil=1']], body: textBody('x') };
    },
  });
  const get = async (target: string): Promise<string> =>
    (await rawExchange(front.port, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).text;
  assert.equal(statuses(await get('/throw')), [500]);
  assert.equal(statuses(await get('/101')), [502]);
  assert.equal(statuses(await get('/short')), [502]);
  const split = await get('/split');
  assert.equal(statuses(split), [502]);
  assert.not.ok(split.includes('evil'));
  await front.close();
});

test('a server that takes a callback: it answers at once or later, throws, or fails, and the connection goes on', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: {
      serve(request, _cancel, taker) {
        const answer = { status: 200, headers: [], body: textBody(request.target) };
        if (request.target === '/throw') throw new Error('bug');
        if (request.target === '/fail') taker.failed(new Error('bug'));
        else if (request.target === '/now') taker.take(answer);
        else setImmediate(() => taker.take(answer));
      },
    },
  });
  const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const { text } = await rawExchange(front.port, get('/now') + get('/later') + get('/now', 'Connection: close\r\n'));
  assert.equal(statuses(text), [200, 200, 200]);
  assert.equal(text.match(/\/now|\/later/g), ['/now', '/later', '/now']);
  for (const target of ['/throw', '/fail']) {
    assert.equal(statuses((await rawExchange(front.port, get(target))).text), [500]);
  }
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  for (const [target, status] of [
    ['/throw', 500],
    ['/fail', 500],
    ['/now', 200],
  ] as const) {
    assert.equal(statuses((await rawExchange(front.port, get(target, upgrade))).text), [status]);
  }
  await front.close();
});

test('a body that goes silent is cut', async () => {
  let failure = '';
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { bodyIdleMs: 50 },
    handler: async (request) => {
      try {
        for (let more = true; more; ) more = (await request.body?.pull()) !== undefined;
      } catch (error) {
        failure = (error as { code: string }).code;
      }
      return { status: 200, headers: [], body: undefined };
    },
  });
  const { closed } = await rawExchange(front.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc');
  assert.ok(closed);
  assert.is(failure, 'ERR_BODY_IDLE');
  await front.close();
});

test('who reads a body that went silent can still say so', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { bodyIdleMs: 50 },
    handler: async (request) => {
      const status = await Promise.resolve(request.body?.pull()).then(
        () => 200,
        () => 408,
      );
      return { status, headers: [], body: undefined };
    },
  });
  const { text, closed } = await rawExchange(front.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n');
  assert.equal(statuses(text), [408]);
  assert.ok(closed);
  await front.close();
});

test('a body of which too little comes gets the same, however often a byte of it does', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { bodyIdleMs: 300, bodyLeastBytes: 1000 },
    handler: async (request) => {
      try {
        for (let more = true; more; ) more = (await request.body?.pull()) !== undefined;
        return { status: 200, headers: [], body: undefined };
      } catch (error) {
        return {
          status: (error as { code: string }).code === 'ERR_BODY_IDLE' ? 408 : 500,
          headers: [],
          body: undefined,
        };
      }
    },
  });
  const socket = await connected(front.port);
  socket.on('error', () => {});
  let text = '';
  socket.setEncoding('latin1').on('data', (data) => {
    text += data;
  });
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  const trickle = setInterval(() => socket.write('a'), 20);
  try {
    await until(() => text !== '', 'an answer');
    assert.equal(statuses(text), [408]);
  } finally {
    clearInterval(trickle);
    socket.destroy();
    await front.close();
  }
});

test('an answer that comes to a stop is cut, and its body let go', async () => {
  let released = '';
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { answerIdleMs: 50 },
    handler: async () => {
      let first = true;
      const body: BodySource = {
        pull() {
          if (!first) return new Promise(() => {});
          first = false;
          return { bytes: 1, data: Buffer.from('x') };
        },
        cancel(reason) {
          released = reason;
        },
      };
      return { status: 200, headers: [], body };
    },
  });
  const { text, closed } = await rawExchange(front.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal(statuses(text), [200]);
  assert.not.ok(text.endsWith('0\r\n\r\n'), 'no false end');
  assert.ok(closed);
  assert.is(released, 'cut');
  await front.close();
});

test('drain waits neither for a connection on which nothing came, nor for one that was kept by an earlier answer', async () => {
  let finish = (): void => {};
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { keepAliveMs: 3_600_000, headTimeoutMs: 3_600_000 },
    handler: async () => {
      const rest = new Promise<undefined>((resolve) => {
        finish = () => resolve(undefined);
      });
      let first = true;
      const body: BodySource = {
        pull() {
          if (!first) return rest;
          first = false;
          return { bytes: 1, data: Buffer.from('x') };
        },
        cancel: () => {},
      };
      return { status: 200, headers: [], body };
    },
  });
  await connected(front.port);
  const kept = await connected(front.port);
  kept.setEncoding('latin1');
  let text = '';
  kept.on('data', (data: string) => {
    text += data;
  });
  kept.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => text.includes('x'), 'the head is out');
  assert.not.match(text, /connection: close/i);
  const drained = front.drain();
  finish();
  await drained;
  assert.ok(text.endsWith('0\r\n\r\n'), 'in good order');
});

test('a client that takes nothing of its answer is cut, and the body let go', async () => {
  let released = '';
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { bodyIdleMs: 100 },
    handler: async () => {
      const data = Buffer.alloc(64 * 1024);
      const body: BodySource = {
        pull: () => ({ bytes: data.length, data }),
        cancel(reason) {
          released = reason;
        },
      };
      return { status: 200, headers: [], body };
    },
  });
  const socket = await connected(front.port);
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => released !== '' && front.connections === 0, 'cut');
  socket.destroy();
  await front.close();
});

test('drain answers what runs, asks the client to go, and takes nothing new', async () => {
  let finish = (): void => {};
  let asked = (): void => {};
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
        asked();
      });
      return { status: 200, headers: [], body: textBody('last') };
    },
  });
  const idle = await connected(front.port);
  const running = rawExchange(front.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await reached;
  const drained = front.drain();
  finish();
  const { text, closed } = await running;
  assert.ok(text.endsWith('last') && /Connection: close/i.test(text));
  assert.ok(closed);
  idle.destroy();
  await drained;
  await front.close();
});

test('a port in use is told with a code and a way out', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 200, headers: [], body: undefined }),
  });
  try {
    await listenFront({
      host: '127.0.0.1',
      port: front.port,
      handler: async () => ({ status: 200, headers: [], body: undefined }),
    });
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_PORT_IN_USE');
    assert.match(String((error as { hint?: string }).hint), /another port/);
  }
  await front.close();
});

test.run();
