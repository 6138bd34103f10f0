import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findHead } from '../../../sim/toxics/http/http-head.ts';
import { Bench } from './rows.ts';
import { ScriptedLink } from './scripted-link.ts';
import { afterwards, closeAll } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

const answer = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const TEN = answer('0123456789');
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** What a toxic lets out of what came chunk by chunk, and how it ended. */
function through(type: string, attributes: object, ...chunks: readonly string[]): { text: string; end: unknown } {
  const scripted = new ScriptedLink({ toxics: [{ type, attributes }] });
  for (const chunk of chunks) {
    scripted.link.push(Buffer.from(chunk, 'latin1'));
    scripted.advance(scripted.clock.now() + 1_000_000);
  }
  return { text: scripted.bytes.toString('latin1'), end: scripted.ending?.end };
}

const abort = (bytes: number, ...chunks: readonly string[]) => through('http_abort_body', { bytes }, ...chunks);

test('a head that comes byte by byte is copied and looked through a few times, not once for every byte', () => {
  const head = `HTTP/1.1 200 OK\r\n${'X-Name: value\r\n'.repeat(4_000)}\r\n`;
  const { concat } = Buffer;
  const { copy, indexOf } = Buffer.prototype;
  let copied = 0;
  let searched = 0;
  Buffer.concat = (parts) => {
    const all = concat(parts);
    copied += all.length;
    return all;
  };
  Buffer.prototype.copy = function (this: Buffer, ...given: Parameters<typeof copy>) {
    const bytes = copy.apply(this, given);
    copied += bytes;
    return bytes;
  };
  Buffer.prototype.indexOf = function (this: Buffer, ...given: Parameters<typeof indexOf>) {
    const found = indexOf.apply(this, given);
    searched += (found < 0 ? this.length : found) - Number(given[1] ?? 0);
    return found;
  } as typeof indexOf;
  try {
    const scripted = new ScriptedLink({ toxics: [{ type: 'http_status' }] });
    // A start line that is cut within its first word is not waited for.
    scripted.link.push(Buffer.from(head.slice(0, 16)));
    for (let i = 16; i < head.length; i++) scripted.link.push(Buffer.from(head.slice(i, i + 1)));
    assert.match(scripted.bytes.toString(), /^HTTP\/1\.1 503 /);
  } finally {
    Buffer.concat = concat;
    Buffer.prototype.copy = copy;
    Buffer.prototype.indexOf = indexOf;
  }
  assert.ok(copied < 6 * head.length, `${copied} bytes copied for ${head.length}`);
  assert.ok(searched < 10 * head.length, `${searched} bytes looked through for ${head.length}`);
});

test('law: a head is found, waited for or refused alike however it is cut', () => {
  const text = fc.oneof(
    fc.stringMatching(/^(?:GET|POST) [!-~]{0,12} {0,2}HTTP\/1\.[012]?\r?\n(?:a: b\r?\n){0,3}\r?\n?$/),
    fc.stringMatching(/^HTTP\/1\.1 200 [a-z]{0,5}\r?\n(?:a: b\r?\n){0,3}\r?\n?$/),
    fc
      .array(fc.constantFrom('GET ', '/x', ' ', 'HTTP/1.1', '\r', '\n', '\x01', 'é'), { maxLength: 12 })
      .map((parts) => parts.join('')),
  );
  void fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }), (sent, sizes) => {
      const bytes = Buffer.from(sent, 'latin1');
      let seen = 0;
      let end = 0;
      for (const size of sizes) {
        end = Math.min(bytes.length, end + size);
        const part = bytes.subarray(0, end);
        const found = findHead(part, seen);
        assert.equal(found, findHead(part), JSON.stringify(part.toString('latin1')));
        if (found !== 'more') return;
        seen = end;
      }
    }),
    { numRuns: 2_000 },
  );
});

test('http_abort_body: every message of a connection is counted for itself', () => {
  assert.equal(abort(15, TEN, TEN, TEN), { text: TEN.repeat(3), end: undefined });
  assert.equal(abort(15, TEN.repeat(3)), { text: TEN.repeat(3), end: undefined });
  const long = answer('0123456789abcdefghij');
  assert.equal(abort(15, TEN, long), { text: TEN + long.slice(0, -5), end: 'close' });
  assert.equal(abort(15, TEN + long), { text: TEN + long.slice(0, -5), end: 'close' });
  assert.equal(abort(10, TEN), { text: TEN, end: undefined });
  assert.equal(abort(10, TEN.slice(0, -3), '789HTTP/1.1', ' 304 Not Modified\r\n\r\n'), {
    text: `${TEN}HTTP/1.1 304 Not Modified\r\n\r\n`,
    end: undefined,
  });
});

test('http_abort_body: heads without a body are not what it cuts', () => {
  const cut = TEN.slice(0, -6);
  for (const bare of [
    CONTINUE,
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n',
  ]) {
    assert.equal(abort(4, bare, TEN), { text: bare + cut, end: 'close' }, bare);
    assert.equal(abort(4, bare + TEN), { text: bare + cut, end: 'close' }, bare);
    assert.equal(abort(0, bare, bare), { text: bare + bare, end: undefined }, bare);
  }
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  assert.equal(abort(0, request + request), { text: request + request, end: undefined });
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n';
  assert.equal(abort(4, head, TEN), { text: head + cut, end: 'close' }, 'the answer to HEAD');
});

test('http_abort_body: a body of unknown length ends where the next head begins a chunk', () => {
  const body = '3\r\nabc\r\n0\r\n\r\n';
  assert.equal(abort(20, CHUNKED, body, CHUNKED + body), { text: (CHUNKED + body).repeat(2), end: undefined });
  assert.equal(abort(6, CHUNKED, body), { text: CHUNKED + body.slice(0, 6), end: 'close' });
});

test('http_abort_body: what looks like a head within a body is body; a change keeps the count', () => {
  const nested = answer(TEN);
  assert.equal(abort(45, nested.slice(0, -TEN.length + 1), nested.slice(-TEN.length + 1)).end, 'close');
  const scripted = new ScriptedLink({ toxics: [{ type: 'http_abort_body', attributes: { bytes: 4 } }] });
  scripted.link.push(Buffer.from(TEN.slice(0, -7)));
  scripted.link.update(scripted.toxics[0] as never);
  scripted.link.push(Buffer.from(TEN.slice(-7)));
  assert.is(scripted.bytes.toString(), TEN.slice(0, -6));
  assert.is(scripted.ending?.end, 'close');
});

test('what begins like a request and has no version is another protocol and passes at once', () => {
  for (const type of ['http_slow_headers', 'http_abort_body', 'http_status']) {
    for (const text of ['GET key\r\n', 'GET key\n', 'DELETE FROM users', 'GET / HTTP/2', 'GET  HTTP/1.1\r\n']) {
      assert.equal(through(type, {}, text), { text, end: undefined }, `${type}: ${text}`);
    }
    for (const begun of [
      'GET /thi',
      'GET /things ',
      'GET /things HTTP/1.',
      'GET / HTTP/1.0\r',
      'GET / HTTP/1.0\r\nA: b',
    ]) {
      assert.is(through(type, {}, begun).text, '', `${type} waits: ${begun}`);
    }
    const parts = through(type, {}, 'GET ke', 'y\r\n');
    assert.equal(parts, { text: 'GET key\r\n', end: undefined }, type);
  }
});

test('lines that end with a line feed alone are lines', () => {
  for (const head of ['GET / HTTP/1.0\n\n', 'GET / HTTP/1.0\nA: b\n\n', 'GET / HTTP/1.0\nA: b\n\r\n']) {
    assert.is(through('http_slow_headers', {}, head).text, head);
    assert.is(through('http_status', {}, head).end, 'close');
  }
});

test('an interim answer and the one behind it are two heads', () => {
  const scripted = new ScriptedLink({ toxics: [{ type: 'http_slow_headers', attributes: { delay: 50 } }] });
  scripted.link.push(Buffer.from(CONTINUE + TEN));
  scripted.advance(1_000_000);
  assert.equal(
    scripted.out.map(({ atMicros, bytes }) => [atMicros / 1_000, bytes?.toString()]),
    [
      [50, 'HTTP/1.1 100 Continue\r\n'],
      [100, '\r\n'],
      [150, 'HTTP/1.1 200 OK\r\n'],
      [200, 'Content-Length: 10\r\n'],
      [250, '\r\n0123456789'],
    ],
  );
  for (const chunks of [[CONTINUE, TEN], [CONTINUE + TEN]]) {
    const { text, end } = through('http_status', { status: 429 }, ...chunks);
    assert.ok(text.startsWith(`${CONTINUE}HTTP/1.1 429 Too Many Requests\r\n`), text);
    assert.is(end, 'close');
  }
});

test('http_status upstream: its answer is counted as sent to the client', async () => {
  const target = await embedded();
  afterwards(() => target.close());
  const t = new Bench(target);
  const { made, client } = await t.pair();
  await t.toxic(made, { type: 'http_status', stream: 'upstream' });
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await client.end();
  const { traffic } = (await t.ok(200, 'GET', `/holdfast/proxies/${made.name}`)).json;
  assert.equal(traffic.downstream, { received: 0, sent: client.size });
});

test.run();
