import { createServer, type Server } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { BodySource, OriginResult, RequestMessage } from '../../../proxy/host/message.ts';
import { type ClosableOrigin, createUndiciOrigin } from '../../../proxy/node/origin/undici-origin.ts';
import { exchange } from '../origins.ts';

let origin: ClosableOrigin;
test.before(() => {
  origin = createUndiciOrigin({ connectTimeoutMs: 1000 });
});
test.after(() => origin.close());

const request = (more: Partial<RequestMessage> = {}): RequestMessage => ({
  method: 'GET',
  host: 'app.example',
  target: '/x?y',
  headers: [],
  body: undefined,
  clientAddress: '192.0.2.1',
  ...more,
});

/** A backend that answers every connection with the same bytes once a request head arrived. */
async function rawBackend(answer: string, heard: string[] = []): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard.push(data.toString('latin1'));
      if (answer === '') socket.destroy();
      else socket.write(Buffer.from(answer, 'latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, server };
}

async function drain(body: BodySource | undefined): Promise<string> {
  let text = '';
  for (;;) {
    const chunk = await body?.pull();
    if (chunk === undefined) return text;
    text += Buffer.from(chunk.data ?? new Uint8Array()).toString('latin1');
  }
}

const kindOf = (result: OriginResult): string => result.kind;

test('the target is sent as it is, Host is ours, fields of the hop stay behind', async () => {
  const heard: string[] = [];
  const { url, server } = await rawBackend(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\nKeep-Alive: 5\r\n\r\nok',
    heard,
  );
  const headers = [
    ['X-One', '1'],
    ['Connection', 'close'],
    ['Transfer-Encoding', 'chunked'],
    ['Expect', '100-continue'],
    ['Content-Length', '7'],
  ] as const;
  const result = await exchange(origin, `${url}base/`, request({ headers }), new CancelSource());
  server.close();
  assert.match(heard[0] ?? '', /^GET \/x\?y HTTP\/1\.1\r\nhost: app\.example\r\n/i);
  assert.not.match(heard[0] ?? '', /transfer-encoding|expect|content-length|connection: close/i);
  assert.ok(result.kind === 'answer');
  assert.equal(result.response.headers, [
    ['Content-Length', '2'],
    ['X-A', '1'],
    ['x-a', '2'],
  ]);
  assert.is(result.response.body?.whole?.bytes, 2, 'a small answer is whole');
});

test('no field tells a backend another URL than the connector was asked for, in any spelling', async () => {
  const heard: string[] = [];
  const { url, server } = await rawBackend('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', heard);
  const headers = [
    ['X-Original-URL', '/evil'],
    ['x_original_url', '/evil'],
    ['X-REWRITE-URL', '/evil'],
    ['X-Host', 'evil'],
    ['X-Original-Name', 'kept'],
  ] as const;
  const result = await exchange(origin, url, request({ headers }), new CancelSource());
  server.close();
  assert.is(kindOf(result), 'answer');
  assert.match(heard[0] ?? '', /X-Original-Name: kept/i);
  assert.not.match(heard[0] ?? '', /evil/);
});

for (const [name, answer] of [
  ['closed without an answer', ''],
  ['not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['CL and TE', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two CL', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['CL not a number', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'],
  ['TE gzip', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx'],
  ['CR in a field', 'HTTP/1.1 200 OK\r\nX-A: a\rb\r\n\r\n'],
  ['65 KB header', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(65 * 1024)}\r\n\r\n`],
  // RFC 9110 15.2.1 would have it dropped; undici does not, and docs/proxy.md says so
  ['continues unasked', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'],
  ['switches protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
] as const) {
  test(`broken: ${name}`, async () => {
    const { url, server } = await rawBackend(answer);
    const result = await exchange(origin, url, request(), new CancelSource());
    server.close();
    assert.is(kindOf(result), 'broken', JSON.stringify(result));
  });
}

test('interim answers are dropped', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
  const { url, server } = await rawBackend(`${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  const result = await exchange(origin, url, request(), new CancelSource());
  server.close();
  assert.ok(result.kind === 'answer');
  assert.is(result.response.status, 200);
  assert.equal(result.response.headers, [['Content-Length', '2']]);
});

test('unreachable: nobody listens', async () => {
  const { url, server } = await rawBackend('x');
  await new Promise((resolve) => server.close(resolve));
  const result = await exchange(origin, url, request(), new CancelSource());
  assert.is(kindOf(result), 'unreachable');
  assert.match((result as { detail: string }).detail, /ECONNREFUSED/);
});

test('unreachable: no such name', async () => {
  const result = await exchange(origin, 'http://nobody.invalid/', request(), new CancelSource());
  assert.is(kindOf(result), 'unreachable');
});

test('bytes after the announced end never leak into the next answer', async () => {
  const { url, server } = await rawBackend(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
  );
  for (let i = 0; i < 2; i++) {
    const result = await exchange(origin, url, request(), new CancelSource());
    assert.ok(result.kind === 'answer');
    assert.is(await drain(result.response.body), 'ok');
  }
  server.close();
});

test('a body shorter than announced rejects the pull', async () => {
  const server = createServer((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const result = await exchange(origin, url, request(), new CancelSource());
  server.close();
  assert.ok(result.kind === 'answer');
  try {
    await drain(result.response.body);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_BACKEND_BROKEN');
  }
});

test('nothing is sent twice: one broken exchange is one request at the backend, whatever the method', async () => {
  const heard: string[] = [];
  const { url, server } = await rawBackend('', heard);
  for (const method of ['GET', 'POST', 'PUT']) await exchange(origin, url, request({ method }), new CancelSource());
  server.close();
  assert.is(heard.length, 3);
});

test('the fields of a head are the same, however the reads cut it', async () => {
  const head =
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Empty:\r\nX-Long: \u00e9 \u00fc y\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\nok';
  let cut = 0;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', () => {
      socket.write(Buffer.from(head.slice(0, cut), 'latin1'));
      setTimeout(() => socket.write(Buffer.from(head.slice(cut), 'latin1')), 3);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const whole = [
    ['Content-Length', '2'],
    ['X-Empty', ''],
    ['X-Long', '\u00e9 \u00fc y'],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ];
  for (cut = 1; cut < head.length; cut += 1) {
    const result = await exchange(origin, url, request(), new CancelSource());
    assert.ok(result.kind === 'answer', `cut at ${cut}`);
    assert.equal(result.response.headers, whole, `cut at ${cut}`);
    assert.is(await drain(result.response.body), 'ok');
  }
  server.close();
});

test('cancel before, during and after the head', async () => {
  const early = new CancelSource();
  early.cancel('left');
  assert.is(kindOf(await exchange(origin, 'http://127.0.0.1:1/', request(), early)), 'broken');

  let closed = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('close', () => {
      closed += 1;
    });
    socket.on('data', (data) => {
      if (data.toString().startsWith('GET /head')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello');
      else during.cancel('left');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const during = new CancelSource();
  assert.is(kindOf(await exchange(origin, url, request(), during)), 'broken');

  const late = new CancelSource();
  const result = await exchange(origin, url, request({ target: '/head' }), late);
  assert.ok(result.kind === 'answer');
  assert.is((await result.response.body?.pull())?.bytes, 5);
  late.cancel('left');
  await new Promise((resolve) => server.close(resolve));
  assert.is(closed, 2, 'both connections are given up');
});

test('the sender of a request body that breaks off breaks the exchange', async () => {
  const server = createServer((socket) => {
    socket.resume();
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  let pulls = 0;
  const body: BodySource = {
    pull: () => (pulls++ === 0 ? { bytes: 3, data: Buffer.from('abc') } : Promise.reject(new Error('client gone'))),
    cancel() {},
  };
  const result = await exchange(origin, url, request({ method: 'POST', body }), new CancelSource());
  assert.is(kindOf(result), 'broken');
  await new Promise((resolve) => server.close(resolve));
});

test.run();
