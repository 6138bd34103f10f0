import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Random } from '../../../proxy/host/random.ts';
import type { Instant } from '../../../proxy/host/units.ts';
import { TOXIC_TYPES } from '../../../sim/toxics/registry.ts';
import { slicer } from '../../../sim/toxics/types/slicer.ts';
import { ScriptedLink } from './scripted-link.ts';

const text = (link: ScriptedLink): string => link.bytes.toString('latin1');
const times = (link: ScriptedLink): number[] => link.out.map((emission) => emission.atMicros / 1_000);

test('latency: due times count from arrival and add up exactly over two toxics', () => {
  const two = [
    { type: 'latency', attributes: { latency: 100 } },
    { type: 'latency', attributes: { latency: 50 } },
  ];
  const link = new ScriptedLink({ toxics: two });
  for (let i = 0; i < 5; i++) {
    link.clock.advance(i * 10_000);
    link.link.push(Buffer.from(String(i)));
  }
  link.link.end('fin');
  link.clock.advance(10_000_000);
  assert.is(text(link), '01234');
  assert.equal(times(link), [150, 160, 170, 180, 190, 190]);
});

test('latency: jitter is uniform over the whole milliseconds from -jitter to jitter-1 (chi-square, fixed seed)', () => {
  const jitter = 10;
  const link = new ScriptedLink({ toxics: [{ type: 'latency', attributes: { latency: 20, jitter } }] });
  const counts = new Array<number>(jitter * 2).fill(0);
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const sent = i * 100_000;
    link.clock.advance(sent);
    link.link.push(Buffer.from('x'));
    link.clock.advance(sent + 99_000);
    const took = ((link.out[i]?.atMicros ?? 0) - sent) / 1_000;
    assert.ok(Number.isInteger(took), `whole milliseconds, got ${took}`);
    counts[took - 10] = (counts[took - 10] ?? 0) + 1;
  }
  assert.is(counts.length, jitter * 2, 'no draw outside [10, 29] ms');
  const expected = draws / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
  // 19 degrees of freedom: 43.8 is exceeded by one uniform generator in a thousand.
  assert.ok(chiSquare < 43.8, `chi-square ${chiSquare.toFixed(1)} over ${counts.join(' ')}`);
});

test('toxicity: the share of connections hit is within its binomial bounds', () => {
  for (const toxicity of [0, 0.1, 0.5, 0.9, 1]) {
    const connections = 4_000;
    let hit = 0;
    for (let connection = 1; connection <= connections; connection++) {
      const link = new ScriptedLink({
        connection,
        toxics: [{ type: 'limit_data', toxicity, attributes: { bytes: 1 } }],
      });
      link.link.push(Buffer.from('xy'));
      if (link.ending !== undefined) hit += 1;
    }
    // Four standard deviations: once in 16,000 seeds by chance, and this seed is fixed.
    const bound = 4 * Math.sqrt(connections * toxicity * (1 - toxicity));
    assert.ok(Math.abs(hit - connections * toxicity) <= bound, `${hit} of ${connections} at ${toxicity}`);
  }
});

test('bandwidth: pieces of 100 ms, each delivered when its last byte would be', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'bandwidth', attributes: { rate: 100 } }] });
  link.link.push(Buffer.alloc(25_000));
  link.link.push(Buffer.alloc(500));
  link.clock.advance(5_000_000);
  assert.equal(
    link.out.map(({ atMicros, bytes }) => [atMicros / 1_000, bytes?.length]),
    [
      [100, 10_000],
      [200, 10_000],
      [250, 5_000],
      [255, 500],
    ],
  );
  link.link.push(Buffer.alloc(1_000));
  link.clock.advance(9_000_000);
  assert.is(link.out.at(-1)?.atMicros, 5_010_000, 'idle time earns no credit');
});

test('slicer: 1000 bytes at average 100 give 16 pieces of 62 or 63 bytes, `delay` in microseconds after each', () => {
  const link = new ScriptedLink({ toxics: [{ type: 'slicer', attributes: { average_size: 100, delay: 250 } }] });
  link.link.push(Buffer.alloc(1_000));
  link.clock.advance(1_000_000);
  assert.is(link.out.length, 16);
  assert.ok(link.out.every(({ bytes }) => bytes?.length === 62 || bytes?.length === 63));
  assert.equal(
    link.out.map(({ atMicros }) => atMicros),
    Array.from({ length: 16 }, (_, i) => i * 250),
  );
});

test('slicer: 24 bytes at average 1 are 24 pieces; average 0 cuts nothing', () => {
  for (const [average, pieces] of [
    [1, 24],
    [0, 1],
  ] as const) {
    const link = new ScriptedLink({ toxics: [{ type: 'slicer', attributes: { average_size: average } }] });
    link.link.push(Buffer.alloc(24));
    assert.is(link.out.length, pieces);
  }
});

test('slicer: a change in the middle of a chunk draws nothing, and does not move the cuts of the next one', () => {
  const attributes = { average_size: 4, size_variation: 2, delay: 1_000 };
  const sizes = (changeAtMicros: number): (number | undefined)[] => {
    const scripted = new ScriptedLink({ toxics: [{ type: 'slicer', attributes }] });
    scripted.link.push(Buffer.alloc(32_000));
    scripted.clock.advance(changeAtMicros);
    scripted.link.update(scripted.toxics[0] as never);
    scripted.link.push(Buffer.alloc(1_000, 1));
    scripted.clock.advance(100_000_000);
    return scripted.out.flatMap(({ bytes }) => (bytes?.[0] === 1 ? [bytes.length] : []));
  };
  const undisturbed = sizes(50_000_000);
  assert.ok(undisturbed.length > 100);
  for (const at of [0, 5_000, 77_000]) assert.equal(sizes(at), undisturbed, `changed after ${at} µs`);

  let draws = 0;
  const random = { fork: () => random, below: () => ++draws % 2 } as unknown as Random;
  const port = { random, memory: { chunks: 0 }, now: () => 0, hit: () => undefined, emit: () => undefined };
  const effect = slicer.start({ ...port, emitAt: () => undefined } as never, attributes);
  effect.chunk({ bytes: Buffer.alloc(32_000), at: 0 as Instant });
  const before = draws;
  assert.ok(before > 0);
  effect.interrupted?.();
  assert.is(draws, before);
});

test('limit_data: data before the limit still passes later toxics, then the close comes in order', () => {
  const toxics = [
    { type: 'limit_data', attributes: { bytes: 3 } },
    { type: 'latency', attributes: { latency: 40 } },
  ];
  const link = new ScriptedLink({ toxics });
  link.link.push(Buffer.from('abcdef'));
  link.clock.advance(100_000);
  assert.is(text(link), 'abc');
  assert.is(link.log().split('\n').at(-1), '40000 close');
});

test('the latency buffer holds 1024 chunks before the sender must wait; other toxics far fewer', () => {
  const room = (type: string, attributes: object): number => {
    const link = new ScriptedLink({ toxics: [{ type, attributes }] });
    let pushed = 0;
    while (!link.full && pushed < 10_000) {
      link.link.push(Buffer.from('x'));
      pushed += 1;
    }
    return pushed;
  };
  assert.is(room('latency', { latency: 1_000 }), 1_025);
  assert.is(room('bandwidth', { rate: 0 }), 17);
  assert.is(room('slicer', { average_size: 1, delay: 1_000 }), 2);
  assert.is(room('timeout', { timeout: 0 }), 10_000);
});

const CHUNKS = fc.array(
  fc.record({ afterMicros: fc.integer({ min: 0, max: 40_000 }), size: fc.integer({ min: 1, max: 70_000 }) }),
  { minLength: 1, maxLength: 12 },
);

const GENTLE_BODIES: Record<string, object> = {
  latency: { latency: 15, jitter: 10 },
  bandwidth: { rate: 800 },
  slow_close: { delay: 20 },
  slicer: { average_size: 700, size_variation: 300, delay: 30 },
  noop: {},
  freeze: {},
  shared_bandwidth: { rate: 900 },
  connect_delay: { delay: 5 },
  http_slow_headers: { delay: 5 },
  tls_handshake_stall: { delay: 30 },
};
const GENTLE = TOXIC_TYPES.filter((definition) => !definition.destructive).map(({ type }) => type);

/** One step of a script: what is done to the chain between chunks. */
const STEP = fc.record({
  action: fc.constantFrom('add', 'remove', 'update', 'none'),
  type: fc.constantFrom(...GENTLE),
  which: fc.nat({ max: 20 }),
  toxicity: fc.constantFrom(0, 0.5, 1),
});

const NOISE = Buffer.from(
  Array.from({ length: 1 << 20 }, (_, i) => (Math.imul(i ^ (i >>> 9), 0x9e3779b1) >>> 24) & 255),
);

/** Bytes that tell where they belong, so that a swap or a loss shows. */
function pattern(from: number, size: number): Buffer {
  return NOISE.subarray(from % 900_000, (from % 900_000) + size);
}

test('every non-destructive type has settings here', () => {
  for (const type of GENTLE) assert.ok(GENTLE_BODIES[type], type);
});

test('law: whatever non-destructive toxics come, change and go, no byte is lost or reordered', () => {
  void fc.assert(
    fc.property(CHUNKS, fc.array(STEP, { maxLength: 12 }), fc.string(), (chunks, steps, seed) => {
      const scripted = new ScriptedLink({ seed });
      const live: ReturnType<ScriptedLink['make']>[] = [];
      let sent = Buffer.alloc(0);
      let at = 0;
      chunks.forEach(({ afterMicros, size }, index) => {
        at += afterMicros;
        scripted.clock.advance(at);
        const step = steps[index];
        const chosen = step === undefined || live.length === 0 ? undefined : live[step.which % live.length];
        if (step?.action === 'add') {
          const body = {
            name: `s${index}`,
            type: step.type,
            toxicity: step.toxicity,
            attributes: GENTLE_BODIES[step.type],
          };
          const toxic = scripted.make(body);
          live.push(toxic);
          scripted.link.add(toxic);
        } else if (step?.action === 'remove' && chosen !== undefined) {
          live.splice(live.indexOf(chosen), 1);
          scripted.link.remove(chosen);
        } else if (step?.action === 'update' && chosen !== undefined) scripted.link.update(chosen);
        const bytes = pattern(sent.length, size);
        sent = Buffer.concat([sent, bytes]);
        scripted.link.push(bytes);
      });
      scripted.link.end('fin');
      const seen = scripted.bytes;
      assert.ok(sent.subarray(0, seen.length).equals(seen), 'a prefix, in order, at any time');
      for (const toxic of live) scripted.link.remove(toxic);
      scripted.advance(scripted.clock.now());
      assert.ok(
        scripted.bytes.equals(sent),
        `all ${sent.length} bytes once the toxics are gone, not ${scripted.bytes.length}`,
      );
      assert.is(scripted.ending?.end, 'fin');
      assert.is(scripted.full, false, 'the sender may go on');
    }),
    { numRuns: 300 },
  );
});

test('law: the same seed gives the same log byte for byte; one more draw elsewhere changes nothing', () => {
  const toxics = [
    { type: 'latency', attributes: { latency: 5, jitter: 30 } },
    { type: 'slicer', toxicity: 0.7, attributes: { average_size: 900, size_variation: 400, delay: 20 } },
  ];
  const run = (seed: string, connection: number): string => {
    const scripted = new ScriptedLink({ seed, toxics, connection });
    for (let i = 0; i < 50; i++) {
      scripted.clock.advance(i * 3_000);
      scripted.link.push(pattern(i, 1_500));
    }
    scripted.link.end('fin');
    scripted.clock.advance(10_000_000);
    return scripted.log();
  };
  assert.is(run('a', 1), run('a', 1));
  assert.is.not(run('a', 1), run('b', 1));
  assert.is.not(run('a', 1), run('a', 2));
});

test('a toxic elsewhere in the chain does not change the draws of the others', () => {
  const drawn = (extra: object[]): number[] => {
    const toxics = [...extra, { name: 'jitter', type: 'latency', attributes: { latency: 50, jitter: 40 } }];
    const scripted = new ScriptedLink({ toxics });
    for (let i = 0; i < 20; i++) {
      scripted.clock.advance(i * 200_000);
      scripted.link.push(Buffer.from('x'));
    }
    scripted.clock.advance(10_000_000);
    return scripted.out.map(({ atMicros }) => atMicros);
  };
  assert.equal(drawn([]), drawn([{ name: 'other', type: 'slicer', toxicity: 0.5, attributes: { average_size: 5 } }]));
});

test.run();
