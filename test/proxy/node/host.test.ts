import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { isHoldfastError } from '../../../proxy/host/errors.ts';
import { micros, ms } from '../../../proxy/host/units.ts';
import { LiveClock } from '../../../proxy/node/clock.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import { fileStore } from '../../../proxy/node/durable-store.ts';
import { jsonLog } from '../../../proxy/node/json-log.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-host-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('a timer never runs early, and now() never goes back', async () => {
  const clock = new LiveClock();
  const spans = [0, 1, 999, 1000, 1500, 2300, 10_000];
  await Promise.all(
    spans.map(async (span) => {
      const started = performance.now();
      await clock.sleep(micros(span));
      assert.ok((performance.now() - started) * 1000 >= span - 1, `${span} µs`);
    }),
  );
  let last = 0;
  for (let i = 0; i < 1000; i++) {
    assert.ok(clock.now() >= last && Number.isSafeInteger(clock.now()));
    last = clock.now();
  }
});

test('timers of one span run in the order they were set; cleared ones do not run', async () => {
  const clock = new LiveClock();
  const ran: number[] = [];
  const ids = [0, 1, 2, 3, 4].map((n) => clock.timeout(ms(5), () => ran.push(n)));
  clock.clear(ids[0]!);
  clock.clear(ids[2]!);
  clock.clear(ids[2]!);
  await clock.sleep(ms(8));
  assert.equal(ran, [1, 3, 4]);
});

test('a timer set from inside a timer of the same span waits its own span and delays none before it', async () => {
  const clock = new LiveClock();
  const ran: string[] = [];
  const started = clock.now();
  let innerAt = 0;
  await new Promise<void>((resolve) => {
    clock.timeout(ms(10), () => {
      ran.push('first');
      clock.timeout(ms(10), () => {
        ran.push('inner');
        innerAt = clock.now() - started;
        resolve();
      });
    });
    setTimeout(() => clock.timeout(ms(10), () => ran.push('second')), 4);
  });
  assert.equal(ran, ['first', 'second', 'inner']);
  assert.ok(innerAt >= 20_000);
});

test('a throwing timer does not take the others of its span with it', async () => {
  const clock = new LiveClock();
  const thrown = new Promise<Error>((resolve) => process.once('uncaughtException', resolve));
  clock.timeout(ms(2), () => {
    throw new Error('boom');
  });
  const other = new Promise<void>((resolve) => void clock.timeout(ms(2), resolve));
  assert.is((await thrown).message, 'boom');
  await other;
});

test('sleep ends early when cancelled, before and during', async () => {
  const clock = new LiveClock();
  const source = new CancelSource();
  const sleeping = clock.sleep(ms(60_000), source);
  source.cancel('enough');
  await sleeping;
  await clock.sleep(ms(60_000), source);
  clock.stop();
});

test('what is sealed opens under the same key and context only, and any changed character is refused', () => {
  const crypto = nodeCrypto();
  void fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
      const sealed = crypto.seal('k1', 'session', text);
      assert.is(crypto.open('k1', 'session', sealed), text);
      assert.is(crypto.open('k2', 'session', sealed), undefined);
      assert.is(crypto.open('k1', 'state', sealed), undefined);
      const i = at % sealed.length;
      const changed = `${sealed.slice(0, i)}${sealed[i] === 'A' ? 'B' : 'A'}${sealed.slice(i + 1)}`;
      assert.is(crypto.open('k1', 'session', changed), undefined);
      assert.is(crypto.open('k1', 'session', sealed.slice(0, i)), undefined);
    }),
  );
});

test('two seals of one text differ; ids are long enough and differ', () => {
  const crypto = nodeCrypto();
  assert.is.not(crypto.seal('k', 'c', 'x'), crypto.seal('k', 'c', 'x'));
  assert.is.not(crypto.randomId(16), crypto.randomId(16));
  assert.match(crypto.randomId(32), /^[A-Za-z0-9_-]{43}$/);
});

test('a signature verifies for its text and key only; a sealing key is not a signing key', () => {
  const crypto = nodeCrypto();
  assert.is(nodeCrypto().open('session', 'c', crypto.seal('session', 'c', 'x')), undefined, 'a key name is no secret');
  assert.is(nodeCrypto('s').open('session', 'c', nodeCrypto('s').seal('session', 'c', 'x')), 'x');
  const signature = crypto.sign('k', 'text');
  assert.ok(crypto.verify('k', 'text', signature));
  assert.not.ok(crypto.verify('k', 'texT', signature));
  assert.not.ok(crypto.verify('k2', 'text', signature));
  for (const bad of ['', 'A', `${signature}A`, signature.slice(1), `${signature}=`, signature.replace(/.$/, '~')]) {
    assert.not.ok(crypto.verify('k', 'text', bad), bad);
  }
});

test('the store survives its holder, is private, and forgets what was deleted', () => {
  const file = path.join(folder, 'deep', 'store');
  const first = fileStore(file);
  first.set('a', '1');
  first.set('b', 'line\nbreak "quoted"');
  first.set('a', '2');
  first.set('c', 'gone');
  first.delete('c');
  // No close: a crash.
  const second = fileStore(file);
  assert.is(second.get('a'), '2');
  assert.is(second.get('b'), 'line\nbreak "quoted"');
  assert.is(second.get('c'), undefined);
  assert.is(statSync(file).mode & 0o777, 0o600);
  second.close();
});

test('a torn last line is dropped, a broken line inside is told', () => {
  const file = path.join(folder, 'torn');
  const first = fileStore(file);
  first.set('a', '1');
  first.close();
  appendFileSync(file, '["b","half');
  const second = fileStore(file);
  assert.is(second.get('a'), '1');
  assert.is(second.get('b'), undefined);
  second.close();
  writeFileSync(file, 'rubbish\n["a","1"]\n');
  try {
    fileStore(file);
    assert.unreachable();
  } catch (error) {
    assert.ok(isHoldfastError(error) && error.code === 'ERR_STORE_BROKEN' && error.facts['line'] === 1);
  }
});

test('a store written to for ever stays as small as what it holds', () => {
  const file = path.join(folder, 'long');
  const store = fileStore(file);
  for (let i = 0; i < 2500; i++) store.set('counter', String(i));
  store.close();
  assert.ok(readFileSync(file, 'utf8').split('\n').length < 1100);
  assert.is(fileStore(file).get('counter'), '2499');
});

test('no credential reaches the log', async () => {
  let text = '';
  const clock = new LiveClock();
  const log = jsonLog({
    part: 'p',
    clock,
    sink: {
      write(lines) {
        text += lines;
        return true;
      },
      onDrain() {},
    },
    level: 'info',
  });
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl';
  log.event('info', 'x', {
    authorization: 'Bearer abc',
    Cookie: 'a=b',
    'set-cookie': 's=1',
    refreshToken: 'r-123',
    detail: `sent ${jwt} in Bearer abcdefgh`,
    url: '/cb?code=SECRETCODE&state=SECRETSTATE&x=kept',
    status: 200,
  });
  log.event('debug', 'not.written', {});
  await new Promise((resolve) => setImmediate(resolve));
  for (const secret of [jwt, 'abc', 'a=b', 's=1', 'r-123', 'SECRETCODE', 'SECRETSTATE', 'not.written']) {
    assert.not.ok(text.includes(secret), `${secret} in ${text}`);
  }
  const line = JSON.parse(text) as Record<string, unknown>;
  assert.is(line['event'], 'x');
  assert.is(line['status'], 200);
  assert.match(String(line['url']), /x=kept/);
});

test('a reader that stops costs lines, not memory, and learns how many', async () => {
  const taken: string[] = [];
  let drain = (): void => {};
  let open = false;
  const sink = {
    write(text: string) {
      taken.push(text);
      return open;
    },
    onDrain(fn: () => void) {
      drain = fn;
    },
  };
  const log = jsonLog({ part: 'p', clock: new LiveClock(), sink, level: 'info', maxBuffered: 1000 });
  log.event('info', 'first', {});
  await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 1000; i++) log.event('info', 'more', { i });
  assert.is(taken.length, 1);
  assert.is((JSON.parse(taken[0] as string) as { event: string }).event, 'first', 'a line without facts');
  open = true;
  drain();
  const all = taken.join('');
  assert.ok(all.length < 3000);
  const told = all.split('\n').find((line) => line.includes('log.dropped')) ?? '';
  const kept = all.split('\n').filter((line) => line.includes('"more"')).length;
  assert.is((JSON.parse(told) as { lines: number }).lines + kept, 1000);
});

test.run();
