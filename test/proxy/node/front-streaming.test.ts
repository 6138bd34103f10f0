import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textBody, wholeBody } from '../../../proxy/host/body.ts';
import { listenFront } from '../../../proxy/node/front/listen.ts';
import { type PassThrough, passThrough, stopped, until } from './pass-through.ts';
import { connected, rawExchange, statuses } from './raw-client.ts';

let path: PassThrough | undefined;
test.after.each(async () => {
  await path?.close();
  path = undefined;
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
test.after(() => agent.destroy());

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: http.IncomingHttpHeaders;
  readonly reused: boolean;
}

function send(url: string, options: http.RequestOptions, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts),
          headers: response.headers,
          reused: request.reusedSocket,
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('a large body comes back as it went, chunked and with a length', async () => {
  path = await passThrough((request, response) => {
    const length = request.headers['content-length'];
    if (length !== undefined) response.setHeader('content-length', length);
    request.pipe(response);
  });
  const body = randomBytes(5 * 1024 * 1024 + 7);
  const digest = createHash('sha256').update(body).digest('hex');
  for (const headers of [{ 'content-length': body.length }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await send(path.url, { method: 'POST', headers }, body);
    assert.is(answer.status, 200);
    assert.is(createHash('sha256').update(answer.body).digest('hex'), digest);
  }
});

test('every byte value survives in a small answer', async () => {
  path = await passThrough((request, response) => request.pipe(response));
  const body = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
  const answer = await send(path.url, { method: 'POST' }, body);
  assert.ok(answer.body.equals(body));
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 200, headers: [], body: wholeBody({ bytes: 1024, data: new Uint8Array(body) }) }),
  });
  const whole = await send(`http://127.0.0.1:${front.port}`, {});
  assert.ok(whole.body.equals(body));
  await front.close();
});

test('a small post is whole at the handler and the connection is kept', async () => {
  const wholes: Array<number | undefined> = [];
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async (request) => {
      wholes.push(request.body?.whole?.bytes);
      return { status: 200, headers: [], body: textBody('ok') };
    },
  });
  const url = `http://127.0.0.1:${front.port}`;
  await send(url, { method: 'POST' }, Buffer.from('hello'));
  const second = await send(url, { method: 'POST' }, Buffer.from('hello'));
  assert.equal(wholes, [5, 5]);
  assert.ok(second.reused);
  await front.close();
});

test('a client that never reads stops the backend; memory stays bounded', async () => {
  let written = 0;
  const total = 200 * 1024 * 1024;
  path = await passThrough((_request, response) => {
    const block = Buffer.alloc(64 * 1024);
    const more = (): void => {
      while (written < total) {
        written += block.length;
        if (!response.write(block)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  const socket = await connected(path.front.port);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await stopped(() => written);
  // Kernel socket buffers on two hops take a few MB; the process itself keeps two marks of 64 KB.
  assert.ok(written < 24 * 1024 * 1024, `${written} bytes left the backend`);
  socket.destroy();
  await until(() => path?.cancelled.length === 1, 'the request was cancelled');
});

test('a backend that never reads stops the client', async () => {
  let arrived = false;
  path = await passThrough((request) => {
    arrived = true;
    request.pause();
  });
  const socket = await connected(path.front.port);
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 209715200\r\n\r\n');
  let sent = 0;
  let blocked = false;
  const block = Buffer.alloc(64 * 1024);
  const more = (): void => {
    while (sent < 200 * 1024 * 1024) {
      sent += block.length;
      if (!socket.write(block)) {
        blocked = true;
        return;
      }
    }
  };
  socket.on('drain', () => {
    blocked = false;
    more();
  });
  more();
  await stopped(() => (arrived && blocked ? sent : 0));
  assert.ok(sent < 24 * 1024 * 1024, `${sent} bytes left the client`);
  socket.destroy();
});

test('HEAD, 204 and 304 carry no body; HEAD and 304 keep the length', async () => {
  path = await passThrough((request, response) => {
    if (request.url === '/204') response.writeHead(204).end();
    else if (request.url === '/304') response.writeHead(304, { 'Content-Length': '5', ETag: '"x"' }).end();
    else response.writeHead(200, { 'Content-Length': '5' }).end('hello');
  });
  const raw = (method: string, target: string): Promise<{ text: string }> =>
    rawExchange(path?.front.port ?? 0, `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const head = (await raw('HEAD', '/')).text;
  assert.match(head, /Content-Length: 5\r\n/i);
  assert.ok(head.endsWith('\r\n\r\n'));
  const noContent = (await raw('GET', '/204')).text;
  assert.ok(noContent.endsWith('\r\n\r\n') && !/content-length|transfer-encoding/i.test(noContent), noContent);
  const notModified = (await raw('GET', '/304')).text;
  assert.ok(notModified.endsWith('\r\n\r\n') && /Content-Length: 5/i.test(notModified), notModified);
});

test('100 Continue goes out when the body is asked for, and not at all when it is not', async () => {
  const front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    handler: async (request) => {
      if (request.target === '/wanted') for (let m = true; m; ) m = (await request.body?.pull()) !== undefined;
      return { status: request.target === '/wanted' ? 200 : 403, headers: [], body: textBody('done') };
    },
  });
  const post = (target: string): string =>
    `POST ${target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
  const wanted = await new Promise<string>((resolve) => {
    void connected(front.port).then((socket) => {
      let text = '';
      socket.setEncoding('latin1').on('data', (data: string) => {
        text += data;
        if (text.endsWith('Continue\r\n\r\n')) socket.write('abc');
        if (text.endsWith('done')) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.write(post('/wanted'));
    });
  });
  assert.equal(statuses(wanted), [100, 200]);
  const refused = await rawExchange(front.port, post('/refused'));
  assert.equal(statuses(refused.text), [403]);
  assert.ok(refused.closed);
  await front.close();
});

test('an early answer to a large upload reaches the client', async () => {
  path = await passThrough((_request, response) => {
    response.writeHead(413, { 'Content-Length': '3' }).end('big');
  });
  const answer = await new Promise<number>((resolve, reject) => {
    const request = http.request(path?.url ?? '', { method: 'POST', agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.write(Buffer.alloc(512 * 1024));
  });
  assert.is(answer, 413);
});

for (const [method, status] of [
  ['POST', 204],
  ['HEAD', 200],
] as const) {
  test(`an early ${status} to ${method} without a body of its own leaves the client time to end its upload`, async () => {
    const front = await listenFront({
      host: '127.0.0.1',
      port: 0,
      handler: async () => ({ status, headers: [], body: undefined }),
    });
    const socket = await connected(front.port);
    const seen: string[] = [];
    socket.on('error', () => {});
    socket.on('end', () => seen.push('ended'));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const answer = new Promise((resolve) => socket.once('data', resolve));
    socket.write(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc`);
    assert.equal(statuses(String(await answer)), [status]);
    // more than an end of the connection takes on its way
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen.push('sent');
    socket.resume().write('def');
    await closed;
    assert.equal(seen, ['sent', 'ended']);
    await front.close();
  });
}

test.run();
