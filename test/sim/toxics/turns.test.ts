import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Instant } from '../../../proxy/host/units.ts';
import { Toxic } from '../../../sim/toxics/toxic.ts';
import { defineToxic } from '../../../sim/toxics/toxic-type.ts';
import { ScriptedLink } from './scripted-link.ts';

const DATA = Buffer.from(Array.from({ length: 64 * 1024 }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 24) & 255));

test('slicer: one read of 64 KiB in pieces of a byte is handed on over many turns, in order and at one instant', () => {
  const scripted = new ScriptedLink({ toxics: [{ type: 'slicer', attributes: { average_size: 1 } }] });
  scripted.link.push(DATA);
  assert.ok(scripted.out.length <= 256, `${scripted.out.length} pieces in one turn`);
  assert.is(scripted.full, true, 'the sender waits meanwhile');
  scripted.advance(0);
  assert.is(scripted.out.length, DATA.length);
  assert.ok(scripted.bytes.equals(DATA));
  assert.is(scripted.full, false);
});

test('a backlog that is due all at once is handed on over many turns', () => {
  const scripted = new ScriptedLink({ toxics: [{ type: 'latency', attributes: { latency: 10 } }] });
  for (let i = 0; i < 64; i++) scripted.link.push(DATA);
  let most = 0;
  // One call of the clock at a time, as the live scheduler may take its turn after each.
  for (let at = 10_000; scripted.bytes.length < 64 * DATA.length; ) {
    const before = scripted.bytes.length;
    scripted.clock.step(at);
    most = Math.max(most, scripted.bytes.length - before);
    at = scripted.clock.now();
  }
  assert.ok(most <= 320 * 1024, `${most} bytes in one turn`);
});

test('what a removed toxic held on a hundred connections is handed on over many turns, as far as receivers take it', () => {
  const first = new ScriptedLink({ toxics: [{ type: 'latency', attributes: { latency: 60_000 } }] });
  const toxic = first.toxics[0] as Toxic;
  const { clock } = first;
  const others = Array.from({ length: 99 }, (_, i) => new ScriptedLink({ clock, connection: i + 2 }));
  const all = [first, ...others];
  for (const { link } of others) link.add(toxic);
  for (const { link } of all) for (let i = 0; i < 10; i++) link.push(DATA);
  for (const { link } of all) link.remove(toxic);
  const moved = (): number =>
    all.reduce((sum, { out }) => sum + out.reduce((n, { bytes }) => n + (bytes?.length ?? 0), 0), 0);
  assert.is(moved(), 0, 'nothing in the turn of the removal');
  first.stuck = true;
  for (const { link } of all) link.push(Buffer.from('later'));
  for (let before = -1; moved() !== before; ) {
    before = moved();
    clock.step(0);
    assert.ok(moved() - before <= 320 * 1024, `${moved() - before} bytes in one turn`);
  }
  assert.is(first.out.length, 1, 'a receiver that has its fill gets no more');
  assert.is(first.full, true, 'and its sender waits');
  for (const other of others) {
    assert.ok(other.bytes.subarray(0, -5).equals(Buffer.concat(new Array<Buffer>(10).fill(DATA))));
    assert.is(other.bytes.subarray(-5).toString(), 'later');
    assert.is(other.full, false);
    assert.is(other.link.keeps, false, 'nothing of the toxic is left in the way');
  }
  first.unstick();
  first.advance(0);
  assert.ok(first.bytes.equals(others[0]?.bytes as Buffer));
});

/** Types that hold bytes and emit them from the clock, and one that passes them, each with its first emission due soon. */
const HOLDING: [string, object][] = [
  ['latency', { latency: 5 }],
  ['bandwidth', { rate: 10_000 }],
  ['shared_bandwidth', { rate: 10_000 }],
  ['slicer', { average_size: 100, delay: 10 }],
  ['slicer', { average_size: 1 }],
  ['http_slow_headers', { delay: 1 }],
  ['noop', {}],
];

for (const [type, attributes] of HOLDING) {
  for (const after of [undefined, 'noop', 'slicer']) {
    const chain = after === undefined ? type : `${type} before ${after}`;
    test(`${chain} ${JSON.stringify(attributes)}: nothing is handed to a receiver that has its fill`, () => {
      const toxics = [
        { type, attributes },
        ...(after === undefined ? [] : [{ type: after, attributes: { average_size: 50 } }]),
      ];
      const scripted = new ScriptedLink({ toxics });
      scripted.stuck = true;
      let sent = Buffer.alloc(0);
      for (let i = 0; i < 2_000 && !scripted.full; i++) {
        const part =
          i === 0 ? Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n\r\n') : DATA.subarray(i * 100, i * 100 + 20_000);
        sent = Buffer.concat([sent, part]);
        scripted.link.push(part);
        scripted.advance(i * 1_000);
      }
      scripted.link.end('fin');
      scripted.advance(60_000_000);
      assert.is(scripted.full, true);
      assert.is(scripted.out.filter(({ bytes }) => bytes !== undefined).length, 1, 'only the write that filled it');
      scripted.unstick();
      scripted.advance(120_000_000);
      assert.ok(scripted.bytes.equals(sent), `${scripted.bytes.length} of ${sent.length} bytes`);
      assert.is(scripted.ending?.end, 'fin');
    });
  }
}

test('limit_data behind latency: a slow receiver still gets exactly its bytes before the close', () => {
  const toxics = [
    { type: 'latency', attributes: { latency: 5 } },
    { type: 'limit_data', attributes: { bytes: 100_000 } },
  ];
  const scripted = new ScriptedLink({ toxics });
  scripted.stuck = true;
  for (let i = 0; i < 4; i++) scripted.link.push(DATA);
  scripted.advance(60_000_000);
  assert.is(scripted.ending, undefined, 'what comes behind the close waits for the receiver as well');
  for (let i = 1; scripted.ending === undefined && i < 100; i++) scripted.link.drained();
  assert.is(scripted.bytes.length, 100_000);
  assert.is(scripted.ending?.end, 'close');
});

test('bandwidth: a receiver that did not read saves up no rate', () => {
  const scripted = new ScriptedLink({ toxics: [{ type: 'bandwidth', attributes: { rate: 100 } }] });
  scripted.stuck = true;
  scripted.link.push(Buffer.alloc(30_000));
  scripted.advance(60_000_000);
  scripted.unstick();
  // The piece that had been due at 100 ms filled the receiver, the one due at 200 ms came when it read again.
  assert.is(scripted.bytes.length, 20_000);
  scripted.advance(60_099_000);
  assert.is(scripted.bytes.length, 20_000);
  scripted.advance(60_100_000);
  assert.is(scripted.bytes.length, 30_000);
});

test('memory in front of a stuck receiver: a slicer of single bytes cuts no further than the next toxic keeps', () => {
  const toxics = [
    { type: 'slicer', attributes: { average_size: 1 } },
    { type: 'latency', attributes: { latency: 1_000 } },
  ];
  const scripted = new ScriptedLink({ toxics });
  scripted.stuck = true;
  scripted.link.push(DATA);
  scripted.advance(999_000);
  scripted.link.remove(scripted.toxics[0] as Toxic);
  scripted.link.remove(scripted.toxics[1] as Toxic);
  scripted.unstick();
  scripted.advance(999_000);
  assert.ok(scripted.bytes.equals(DATA));
  assert.ok(scripted.out.length < 2_000, `${scripted.out.length} pieces had been cut`);
});

test('shared_bandwidth: what is changed or gone leaves no debt to the others', () => {
  const shared = new ScriptedLink({ toxics: [{ type: 'shared_bandwidth', attributes: { rate: 1 } }] });
  const toxic = shared.toxics[0] as Toxic;
  const others = Array.from({ length: 200 }, (_, i) => new ScriptedLink({ clock: shared.clock, connection: i + 2 }));
  for (const { link } of others) {
    link.add(toxic);
    link.push(Buffer.alloc(1_000));
  }
  for (const { link } of others.slice(0, 100)) link.discard();
  for (const { link } of others.slice(100)) link.remove(toxic);
  shared.link.push(Buffer.alloc(10));
  shared.advance(20_000);
  assert.is(shared.bytes.length, 10, 'the line is free again');
});

test('a toxic that throws in a call of the clock is told of, and its connection can still be discarded', () => {
  const scripted = new ScriptedLink();
  const definition = defineToxic({
    type: 'broken',
    extension: true,
    destructive: true,
    summary: '',
    attributes: {},
    start: (port) => ({
      chunk: () =>
        port.hold((port.now() + 1) as Instant, () => {
          throw new Error('on purpose');
        }),
    }),
  });
  const settings = { toxicity: 1, attributes: {} } as never;
  scripted.link.add(
    new Toxic({ name: 'b', definition, stream: 'downstream', direction: 'downstream', generation: 1, settings }),
  );
  scripted.link.push(Buffer.from('x'));
  scripted.clock.advance(10);
  assert.match(String(scripted.failures), /on purpose/);
  scripted.link.discard();
  assert.is(scripted.full, false);
});

test.run();
