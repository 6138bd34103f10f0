import { connect } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textBody } from '../../../proxy/host/body.ts';
import type { BodySource, RequestMessage } from '../../../proxy/host/message.ts';
import { type Front, listenFront } from '../../../proxy/node/front/listen.ts';
import { testCertificates } from './certificates.ts';
import { rawExchange, statuses } from './raw-client.ts';

let front: Front;
let seen: RequestMessage[] = [];

/** A body of unknown length. */
function streamed(): BodySource {
  const chunks = [Buffer.from('stream'), Buffer.from('ed')];
  return {
    async pull() {
      const data = chunks.shift();
      return data === undefined ? undefined : { bytes: data.length, data };
    },
    cancel() {},
  };
}

test.before(async () => {
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    limits: { headTimeoutMs: 1000 },
    handler: async (request) => {
      seen.push(request);
      if (request.target === '/streamed') return { status: 200, headers: [], body: streamed() };
      if (request.body !== undefined) for (let more = true; more; ) more = (await request.body.pull()) !== undefined;
      return { status: 200, headers: [['Content-Type', 'text/plain']], body: textBody(`hello ${request.target}`) };
    },
  });
});
test.after(() => front.close());
test.before.each(() => {
  seen = [];
});

const crlf = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const get = (...fields: string[]): string => crlf('GET / HTTP/1.1', 'Host: a.test', ...fields);

/** [name, raw input, status, requests the handler saw] */
const refusals: ReadonlyArray<readonly [string, string, number]> = [
  [
    'CL then TE',
    `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 3', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    400,
  ],
  [
    'TE then CL',
    `${crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Content-Length: 3')}0\r\n\r\n`,
    400,
  ],
  ['two equal CL', `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 1')}a`, 400],
  ['two different CL', `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2')}ab`, 400],
  ['CL list', `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1, 1')}a`, 400],
  ['CL +1', `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: +1')}a`, 400],
  ['CL 0x1', `${crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0x1')}a`, 400],
  ['TE gzip, chunked', `${crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 501],
  [
    'TE gzip and TE chunked',
    `${crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    501,
  ],
  ['TE in HTTP/1.0', `${crlf('POST / HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
  ['no Host', crlf('GET / HTTP/1.1'), 400],
  ['no Host in HTTP/1.0', crlf('GET / HTTP/1.0'), 400],
  ['two Hosts', crlf('GET / HTTP/1.1', 'Host: a', 'Host: b'), 400],
  ['two equal Hosts', crlf('GET / HTTP/1.1', 'Host: a', 'Host: a'), 400],
  ['Host list', crlf('GET / HTTP/1.1', 'Host: a, b'), 400],
  ['Host with slash', crlf('GET / HTTP/1.1', 'Host: a/b'), 400],
  ['Host with at', crlf('GET / HTTP/1.1', 'Host: a@b'), 400],
  ['Host with space', crlf('GET / HTTP/1.1', 'Host: a b'), 400],
  ['Host of 262 characters', crlf('GET / HTTP/1.1', `Host: ${'a'.repeat(262)}`), 400],
  ['absolute-form of 262 characters', crlf(`GET http://${'a'.repeat(262)}/ HTTP/1.1`, 'Host: a'), 400],
  ['empty Host', crlf('GET / HTTP/1.1', 'Host:'), 400],
  ['absolute-form with user', crlf('GET http://u@a/ HTTP/1.1', 'Host: a'), 400],
  ['absolute-form with bad Host', crlf('GET http://a/ HTTP/1.1', 'Host: a/b'), 400],
  ['GET *', crlf('GET * HTTP/1.1', 'Host: a'), 400],
  ['fragment', crlf('GET /a#b HTTP/1.1', 'Host: a'), 400],
  ['fragment in absolute-form', crlf('GET http://a/x#b HTTP/1.1', 'Host: a'), 400],
  ['CONNECT', crlf('CONNECT a:443 HTTP/1.1', 'Host: a:443'), 405],
  ['TRACE', crlf('TRACE / HTTP/1.1', 'Host: a'), 405],
  ['HTTP/0.9', 'GET /\r\n\r\n', 400],
  ['HTTP/2.0 literal', crlf('GET / HTTP/2.0', 'Host: a'), 505],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['Connection names identity', get('X-Auth-User: eve', 'Connection: x-auth-user'), 400],
  ['Connection names host', get('Connection: close, host'), 400],
  ['Connection names cookie', get('Connection: Cookie'), 400],
  ['Expect of something else', get('Expect: the-unexpected'), 417],
  ['space before colon', get('X-A : b'), 400],
  ['obs-fold', get('X-A: b', ' c'), 400],
  ['bare LF', 'GET / HTTP/1.1\nHost: a\n\n', 400],
  ['NUL in a value', get('X-A: b\x00c'), 400],
  ['2,100 header fields', get(...Array.from({ length: 2100 }, (_, i) => `a${i}:`)), 431],
  ['201 header fields', get(...Array.from({ length: 200 }, (_, i) => `a${i}:`)), 431],
  ['17 KB header', get(`X-A: ${'a'.repeat(17 * 1024)}`), 431],
  ['70 KB target', crlf(`GET /${'a'.repeat(70 * 1024)} HTTP/1.1`, 'Host: a'), 414],
  ['9 KB target', crlf(`GET /${'a'.repeat(9 * 1024)} HTTP/1.1`, 'Host: a'), 414],
  ['head that never ends', 'GET / HTTP/1.1\r\nHost: a\r\nX-', 408],
];

for (const [name, input, status] of refusals) {
  test(`refused: ${name}`, async () => {
    const { text, closed } = await rawExchange(front.port, input);
    assert.equal(statuses(text), [status], text.slice(0, 200));
    assert.ok(closed);
    assert.equal(seen, [], 'nothing reaches the handler');
  });
}

const answered = (text: string): boolean => text.includes('hello ');

test('200 header fields are still served', async () => {
  const fields = Array.from({ length: 199 }, (_, i) => `a${i}:`);
  const { text } = await rawExchange(front.port, get(...fields), answered);
  assert.equal(statuses(text), [200]);
  assert.is(seen[0]?.headers.length, 199);
});

test('a Host of 261 characters is still served', async () => {
  const { text } = await rawExchange(front.port, crlf('GET / HTTP/1.1', `Host: ${'a'.repeat(255)}:12345`), answered);
  assert.equal(statuses(text), [200]);
});

test('absolute-form: the authority of the target wins over Host', async () => {
  const { text } = await rawExchange(front.port, crlf('GET http://B.test:80/x?y HTTP/1.1', 'Host: a.test'), answered);
  assert.equal(statuses(text), [200]);
  assert.is(seen[0]?.host, 'b.test:80');
  assert.is(seen[0]?.target, '/x?y');
});

test('absolute-form without a path means /', async () => {
  await rawExchange(front.port, crlf('GET http://b.test?q HTTP/1.1', 'Host: b.test'), answered);
  assert.is(seen[0]?.target, '/?q');
});

test('h2c is served as HTTP/1.1, the offer dropped, body and keep-alive intact', async () => {
  const offer = crlf(
    'POST /h2c HTTP/1.1',
    'Host: a',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
    'Content-Length: 5',
  );
  const { text } = await rawExchange(
    front.port,
    `${offer}12345${get()}`,
    (t) => statuses(t).length === 2 && t.endsWith('hello /'),
  );
  assert.equal(statuses(text), [200, 200]);
  assert.is(seen.length, 2);
  assert.equal(
    seen.find((request) => request.target === '/h2c')?.headers.map(([name]) => name.toLowerCase()),
    ['content-length'],
  );
});

test('a dropped h2c offer leaves the other options of Connection in force', async () => {
  const offer = get('Connection: close, Upgrade, X-Hop', 'X-Hop: 1', 'X-Even: 2', 'Upgrade: h2c');
  const { text, closed } = await rawExchange(front.port, offer);
  assert.equal(statuses(text), [200]);
  assert.ok(closed, 'the front closes, as it was asked to');
  assert.equal(seen[0]?.headers, [['X-Even', '2']]);
});

test('a dropped h2c offer of HTTP/1.0 is answered as HTTP/1.0: closed, never chunked', async () => {
  const offer = crlf('GET /streamed HTTP/1.0', 'Host: a', 'Connection: Upgrade', 'Upgrade: h2c');
  const { text, closed } = await rawExchange(front.port, offer);
  assert.match(text, /\r\n\r\nstreamed$/);
  assert.not.match(text, /transfer-encoding/i);
  assert.ok(closed);
});

test('OPTIONS with Max-Forwards goes one hop less far, and no farther than here at 0', async () => {
  const asked = (hops: string): string => crlf('OPTIONS / HTTP/1.1', 'Host: a', `Max-Forwards: ${hops}`);
  await rawExchange(front.port, asked('2'), answered);
  await rawExchange(front.port, asked('many'), answered);
  const { text } = await rawExchange(front.port, asked('0'));
  assert.equal(statuses(text), [200]);
  assert.not.ok(answered(text), 'the front’s own answer');
  await rawExchange(front.port, get('Max-Forwards: 0'), answered);
  assert.equal(
    seen.map(({ method, headers }) => [method, ...headers]),
    [
      ['OPTIONS', ['Max-Forwards', '1']],
      ['OPTIONS', ['Max-Forwards', 'many']],
      ['GET', ['Max-Forwards', '0']],
    ],
  );
});

test('h2c is served as HTTP/1.1 over TLS too', async () => {
  const { listener } = await testCertificates();
  const secure = await listenFront({
    host: '127.0.0.1',
    port: 0,
    tls: listener,
    handler: async () => ({ status: 200, headers: [], body: textBody('secure') }),
  });
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: secure.port, ca: listener.ca });
    let heard = '';
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (data: string) => {
      heard += data;
      if (heard.endsWith('secure')) resolve(heard);
    });
    socket.write(get('Connection: Upgrade', 'Upgrade: h2c'));
  });
  assert.equal(statuses(text), [200]);
  await secure.close();
});

test('fields of the hop and Host do not travel on; Content-Length is canonical', async () => {
  const request = crlf(
    'POST / HTTP/1.1',
    'Host: A.test',
    'Connection: keep-alive, x-odd',
    'X-Odd: 1',
    'Keep-Alive: timeout=5',
    'TE: trailers',
    'Content-Length: 0003',
    'X-Even: 2',
  );
  await rawExchange(front.port, `${request}abc`, answered);
  assert.is(seen[0]?.host, 'a.test');
  assert.equal(seen[0]?.headers, [
    ['X-Even', '2'],
    ['Content-Length', '3'],
  ]);
});

test('pipelined requests are answered in order on one connection', async () => {
  const two = crlf('GET /one HTTP/1.1', 'Host: a') + crlf('GET /two HTTP/1.1', 'Host: a', 'Connection: close');
  const { text, closed } = await rawExchange(front.port, two);
  assert.equal(statuses(text), [200, 200]);
  assert.ok(text.indexOf('hello /one') < text.indexOf('hello /two'));
  assert.ok(closed);
});

test('a second request hidden behind a refused one is never served', async () => {
  const smuggle = `${crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n${get()}`;
  const { text } = await rawExchange(front.port, smuggle);
  assert.is(statuses(text)[0], 501);
  assert.equal(seen, []);
});

test.run();
