import tls from 'node:tls';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClientHead } from '../../../sim/toxics/match/client-head.ts';
import { HEAD_BYTES, readMatch } from '../../../sim/toxics/match/match-rule.ts';
import type { Toxic } from '../../../sim/toxics/toxic.ts';
import { Bench } from './rows.ts';
import { ScriptedLink } from './scripted-link.ts';
import { afterwards, closeAll, connect, delay, isHit, type Peer, startEcho, startUpstream } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

test('extension attributes appear in answers only when given, and are checked', async () => {
  const t = await bench();
  const made = await t.proxy();
  const attributes = { latency: 1, jitter: 0, seed: 'x', after_bytes: 3, sticky: true, match: { peer: '10.0.0.0/8' } };
  assert.equal((await t.toxic(made, { type: 'latency', attributes })).json.attributes, attributes);
  for (const [name, bad] of [
    ['start_after_ms', -1],
    ['duration_ms', 1.5],
    ['match', 'text'],
    ['match', { colour: 'x' }],
    ['match', { peer: '10.0.0.0/99' }],
    ['match', { peer: '10.0.0.0/' }],
    ['match', { peer: '10.0.0.0/8/9' }],
    ['match', { first_bytes: 'hex:41zz' }],
    ['match', { first_bytes: 'hex:411' }],
    ['sticky', 1],
    ['seed', []],
    ['lease', 'unknown'],
  ] as const) {
    const body = { name: 'bad', type: 'noop', attributes: { [name]: bad } };
    await t.fails(400, /^bad request body: /, 'POST', `${made.path}/toxics`, body);
  }
  const infinite = '{"type":"noop","attributes":{"seed":1e400}}';
  await t.fails(400, /^bad request body: /, 'POST', `${made.path}/toxics`, infinite);
  const early = { type: 'refuse', attributes: { match: { first_bytes: 'x' } } };
  await t.fails(400, /match of refuse can only use peer/, 'POST', `${made.path}/toxics`, early);
});

test('after_bytes: exactly that many bytes pass first, across chunks and updates', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'limit_data', attributes: { bytes: 2, after_bytes: 5 } }] });
  link.link.push(Buffer.from('abc'));
  link.link.update(link.toxics[0] as never);
  link.link.push(Buffer.from('defghij'));
  assert.is(link.bytes.toString(), 'abcdefg');
  assert.is(link.ending?.end, 'close');
});

test('after_connections: the first N connections and older ones are spared', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  const old = await connect(made.port);
  await made.upstream.next();
  await t.toxic(made, { type: 'limit_data', attributes: { after_connections: 2 } });
  assert.equal([await isHit(made.port), await isHit(made.port), await isHit(made.port)], [false, false, true]);
  old.write('x');
  await old.received(1);
});

test('start_after_ms and duration_ms: asleep, awake, gone by itself', async () => {
  const t = await bench();
  const made = await t.proxy(await startEcho());
  await t.toxic(made, { type: 'limit_data', name: 'l', attributes: { start_after_ms: 1_000, duration_ms: 60_000 } });
  assert.is(await isHit(made.port), false);
  await delay(1_100);
  assert.is(await isHit(made.port), true);
  await t.ok(200, 'PATCH', `${made.path}/toxics/l`, { attributes: { duration_ms: 100 } });
  await delay(300);
  assert.equal((await t.ok(200, 'GET', `${made.path}/toxics`)).json, []);
  assert.is(await isHit(made.port), false);
});

test('start_after_ms acts on connections that are open when it wakes', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'timeout', stream: 'upstream', attributes: { start_after_ms: 1_000 } });
  client.write('a');
  await server.received(1);
  await delay(1_100);
  client.write('b');
  await delay(50);
  assert.is(server.text, 'a');
});

test('seed: the same draws on any server; another seed, others', async () => {
  const draws = async (seed: string | number): Promise<string> => {
    const t = await bench();
    const name = t.named('p');
    const upstream = (await startEcho()).address;
    const toxics = [{ type: 'limit_data', toxicity: 0.5, attributes: { seed } }];
    const { json } = await t.ok(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream, toxics });
    const port = Number(json.listen.split(':')[1]);
    let found = '';
    for (let i = 0; i < 16; i++) found += (await isHit(port)) ? '1' : '0';
    return found;
  };
  const first = await draws('a');
  assert.is(await draws('a'), first);
  assert.is.not(await draws(7), first);
});

test('sticky: updates keep the draw (without it they draw again)', () => {
  const switches = (sticky: boolean): number => {
    const attributes = { timeout: 0, sticky };
    const link = new ScriptedLink({ toxics: [{ type: 'timeout', toxicity: 0.5, attributes }] });
    let changed = 0;
    let before: boolean | undefined;
    for (let i = 0; i < 40; i++) {
      const count = link.out.length;
      link.link.push(Buffer.from('x'));
      const passed = link.out.length > count;
      if (before !== undefined && passed !== before) changed += 1;
      before = passed;
      link.link.update(link.toxics[0] as never);
    }
    return changed;
  };
  assert.is(switches(true), 0);
  assert.ok(switches(false) > 5);
});

test('null clears what is not there by default and leaves the rest', async () => {
  const t = await bench();
  const made = await t.proxy();
  const attributes = { latency: 3, jitter: 0, duration_ms: 60_000, sticky: true, match: { peer: '10.0.0.1' } };
  await t.toxic(made, { type: 'latency', name: 'l', attributes });
  const cleared = { attributes: { latency: null, duration_ms: null, sticky: null, match: null } };
  const { json } = await t.ok(200, 'PATCH', `${made.path}/toxics/l`, cleared);
  assert.equal(json.attributes, { latency: 3, jitter: 0 });
});

test('match peer: address and CIDR', async () => {
  const t = await bench();
  for (const [peer, hit] of [
    ['127.0.0.1', true],
    ['127.0.0.0/8', true],
    ['10.0.0.0/8', false],
    ['::1', false],
  ] as const) {
    const made = await t.proxy(await startEcho());
    await t.toxic(made, { type: 'limit_data', attributes: { match: { peer } } });
    assert.is(await isHit(made.port), hit, peer);
  }
});

/** Sends `parts` one by one and tells whether anything reached the upstream. */
async function reaches(t: Bench, match: object, parts: (string | Buffer)[]): Promise<boolean> {
  const made = await t.proxy(await startUpstream());
  await t.toxic(made, { type: 'blackhole', stream: 'upstream', attributes: { match } });
  const { client, server } = await t.pair(made);
  for (const part of parts) {
    client.write(part);
    await delay(15);
  }
  await delay(40);
  return server.size > 0;
}

test('match first_bytes and http_path: decided on the first bytes, even when they come in parts', async () => {
  const t = await bench();
  assert.is(await reaches(t, { first_bytes: 'SSH-' }, ['SSH-2.0']), false);
  assert.is(await reaches(t, { first_bytes: 'SSH-' }, ['S', 'S', 'H', '-2.0']), false);
  assert.is(await reaches(t, { first_bytes: 'SSH-' }, ['SST', '-2.0']), true);
  assert.is(await reaches(t, { first_bytes: 'hex:0102' }, [Buffer.from([1, 2, 3])]), false);
  assert.is(await reaches(t, { http_path: '/admin' }, ['GET /admin/x HT', 'TP/1.1\r\n\r\n']), false);
  assert.is(await reaches(t, { http_path: '/admin' }, ['GET /user HTTP/1.1\r\n\r\n']), true);
  assert.is(await reaches(t, { http_path: '/admin' }, ['not http at all\r\n']), true);
});

test('match: a client that stops half way through is let go after a second', async () => {
  const t = await bench();
  const made = await t.proxy(await startUpstream());
  await t.toxic(made, { type: 'blackhole', stream: 'upstream', attributes: { match: { first_bytes: 'HELLO' } } });
  const { client, server } = await t.pair(made);
  client.write('HEL');
  await server.received(3);
  assert.is(server.text, 'HEL');
});

test('match: a toxic that is changed while its rule is open is not waited for', async () => {
  const t = await bench();
  for (const change of [
    { attributes: { match: null } },
    { attributes: { match: { peer: '10.0.0.1' } } },
    { toxicity: 0 },
    { attributes: { start_after_ms: 60_000 } },
  ]) {
    const made = await t.proxy(await startEcho());
    const match = { first_bytes: 'HELLO' };
    await t.toxic(made, { type: 'noop', name: 'n', stream: 'upstream', attributes: { match } });
    const client = await connect(made.port);
    await made.upstream.next();
    await t.ok(200, 'PATCH', `${made.path}/toxics/n`, change);
    // Each would wait a second for what nobody asks for: together longer than a hang may last.
    for (let i = 1; i <= 10; i++) {
      client.write('H');
      await client.received(i);
    }
  }
});

test('match: what a client said before it broke goes on, whether or not a rule about it was open', async () => {
  const t = await bench();
  const { made, client, server } = await t.pair();
  await t.toxic(made, { type: 'noop', stream: 'upstream', attributes: { match: { first_bytes: 'HELLO' } } });
  client.write('HEL');
  await delay(50);
  client.socket.resetAndDestroy();
  await server.end();
  assert.is(server.text, 'HEL');
});

/** A head whose toxics ask again when woken as `asks` tells, and what it passed on. */
function headOf(asks: (head: ClientHead, toxic: Toxic) => void): { head: ClientHead; passed: Uint8Array[] } {
  const passed: Uint8Array[] = [];
  const head: ClientHead = new ClientHead({
    wake: (toxic) => asks(head, toxic),
    pass: (bytes) => passed.push(bytes),
    late: () => head.decide(),
  });
  afterwards(() => head.drop());
  return { head, passed };
}

test('match: only a toxic that asks again is waited for, whatever happened to its draw', () => {
  const rule = readMatch({ first_bytes: 'HELLO' });
  const [first, second] = [{ name: 'first' } as Toxic, { name: 'second' } as Toxic];
  let asking = [first, second];
  const { head, passed } = headOf((of, toxic) => asking.includes(toxic) && of.fits(toxic, rule));
  for (const toxic of asking) head.fits(toxic, rule);
  head.note(Buffer.from('H'));
  head.hold(Buffer.from('H'));
  head.changed(first, () => undefined);
  assert.is(head.open, true, 'the second is still open');
  assert.is(passed.length, 0);
  // The second was restarted by what happened to the first, and its new draw spares the connection.
  asking = [];
  head.changed(first, () => undefined);
  assert.is(head.open, false);
  assert.is(passed.length, 1);
});

test('law: fewer bytes are kept back than are looked at', () => {
  const wanted = Buffer.alloc(HEAD_BYTES, 'x').toString();
  void fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: HEAD_BYTES })), (sizes) => {
      const toxic = { name: 'open' } as Toxic;
      const rule = readMatch({ first_bytes: wanted });
      const { head, passed } = headOf((of, woken) => of.fits(woken, rule));
      head.fits(toxic, rule);
      let noted = 0;
      for (const size of sizes) {
        const bytes = Buffer.alloc(size, 'x');
        head.note(bytes);
        noted += size;
        if (head.open) head.hold(bytes);
        else passed.push(bytes);
        const held = noted - passed.reduce((sum, { length }) => sum + length, 0);
        assert.ok(held < HEAD_BYTES, `${held} bytes are held`);
      }
      head.drop();
    }),
  );
});

test('match sni: the name in the ClientHello', async () => {
  const hello = await new Promise<Buffer>((resolve, reject) => {
    void startUpstream((peer: Peer) => peer.socket.once('data', resolve)).then(({ port }) => {
      const socket = tls.connect({
        port,
        host: '127.0.0.1',
        servername: 'api.example.test',
        rejectUnauthorized: false,
      });
      socket.on('error', reject);
      afterwards(() => {
        socket.destroy();
      });
    });
  });
  const verdict = (sni: string, bytes: Buffer, complete = false): boolean | undefined =>
    readMatch({ sni }).head(bytes, complete);
  assert.is(verdict('api.example.test', hello), true);
  assert.is(verdict('*.example.test', hello), true);
  assert.is(verdict('other.example.test', hello), false);
  for (let cut = 0; cut < hello.length; cut += 7) {
    assert.is(verdict('api.example.test', hello.subarray(0, cut)), undefined, `cut at ${cut}`);
    assert.is(verdict('api.example.test', hello.subarray(0, cut), true), false);
  }
  assert.is(verdict('api.example.test', Buffer.from('GET / HTTP/1.1\r\n')), false);
  // Damaged hellos are only ever a no, a yes, or a wait.
  for (let at = 0; at < hello.length; at += 3) {
    const damaged = Buffer.from(hello);
    damaged[at] = 255 - (damaged[at] ?? 0);
    assert.ok([true, false, undefined].includes(verdict('api.example.test', damaged)));
  }
});

test.run();
