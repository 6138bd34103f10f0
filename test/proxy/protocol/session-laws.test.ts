import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { micros, ms, seconds } from '../../../proxy/host/units.ts';
import type { IncomingStream, TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { ask } from './ask.ts';
import { byteWorld } from './session-worlds.ts';
import { tlsWorld } from './tls-world.ts';
import { drainBody, head, type LineWorld, objectWorld, openEnds, PiecesBody, wholeOf } from './tunnel-ends.ts';

/** What one request of a random history does. */
interface Plan {
  readonly startMs: number;
  readonly up: number;
  readonly down: number;
  readonly piece: number;
  /** Microseconds after the start; undefined: patient. */
  readonly cancelAfterUs: number | undefined;
  readonly connector: 'answer' | 'answer-late' | 'refuse' | 'break';
  readonly reader: 'reads' | 'leaves';
}

interface History {
  readonly plans: readonly Plan[];
  readonly end: 'none' | 'connector-leaves' | 'service-leaves' | 'crash' | 'silence';
  readonly endMs: number;
  readonly mark: number | undefined;
  readonly maxStreams: number;
}

const size = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 2_000, max: 700_000 }));
const plan: fc.Arbitrary<Plan> = fc.record({
  startMs: fc.integer({ min: 0, max: 30 }),
  up: size,
  down: size,
  piece: fc.integer({ min: 500, max: 60_000 }),
  cancelAfterUs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined, freq: 3 }),
  connector: fc.constantFrom('answer', 'answer', 'answer-late', 'refuse', 'break'),
  reader: fc.constantFrom('reads', 'reads', 'reads', 'leaves'),
});
const history: fc.Arbitrary<History> = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 12 }),
  end: fc.constantFrom('none', 'none', 'connector-leaves', 'service-leaves', 'crash', 'silence'),
  endMs: fc.integer({ min: 0, max: 40 }),
  mark: fc.constantFrom(undefined, 40_000),
  maxStreams: fc.constantFrom(3, 200),
});

/** Runs a history and checks what must hold whatever happens in it. */
async function holds(world: LineWorld, { plans, end, endMs, mark, maxStreams }: History): Promise<void> {
  const seen = new Set<string>();
  const uploads = new Map<string, number>();
  const serve = (stream: IncomingStream): void => {
    const id = stream.head.transactionId;
    assert.not(seen.has(id), 'a request arrives once');
    seen.add(id);
    const mine = plans[Number(id)] as Plan;
    if (mine.connector === 'refuse') {
      stream.reset('overload', 'full');
      return;
    }
    drainBody(stream.body).then(
      (bytes) => uploads.set(id, bytes),
      () => {},
    );
    const respond = (): void => {
      const body = new PiecesBody(world, mine.down, mine.piece);
      if (mine.connector === 'break') body.pull = () => Promise.reject(new Error('backend broke off'));
      void stream.respond(200, [['x-id', id]], mine.down < 3_000 ? wholeOf(world, mine.down) : body);
    };
    if (mine.connector === 'answer-late') ends.clock.timeout(ms(5), respond);
    else respond();
  };
  const ends = await openEnds(world, { onStream: serve, maxStreams, ...(mark === undefined ? {} : { mark }) });
  const answers: Array<TunnelAnswer | undefined> = plans.map(() => undefined);
  const read = new Map<number, number | string>();
  plans.forEach((mine, i) => {
    ends.clock.timeout(ms(mine.startMs), () => {
      const cancel = new CancelSource();
      if (mine.cancelAfterUs !== undefined) ends.clock.timeout(micros(mine.cancelAfterUs), () => cancel.cancel('left'));
      const body = mine.up < 3_000 ? wholeOf(world, mine.up) : new PiecesBody(world, mine.up, mine.piece);
      const request = { ...head, transactionId: String(i) };
      void ask(ends.service, request, body, cancel).then((answer) => {
        answers[i] = answer;
        if (answer.kind !== 'answer') return;
        if (mine.reader === 'leaves') answer.body?.cancel('bored');
        else {
          drainBody(answer.body).then(
            (bytes) => read.set(i, bytes),
            (error: { code: string }) => read.set(i, error.code),
          );
        }
      });
    });
  });
  ends.clock.timeout(ms(endMs), () => {
    if (end === 'connector-leaves') ends.connector.goAway('update', 0);
    if (end === 'service-leaves') ends.service.goAway('drain', 0);
    if (end === 'crash') ends.connector.close({ cause: 'reset', detail: 'crash' });
    if (end === 'silence') ends.line.silence();
  });
  await ends.clock.pass(seconds(8));

  for (const tunnel of [ends.service, ends.connector]) {
    assert.is.not(tunnel.closeReason?.cause, 'protocol', tunnel.closeReason?.detail);
    assert.is(tunnel.inFlight, 0, 'no stream is left behind');
  }
  assert.is(ends.service.bulkStreams, 0);
  plans.forEach((mine, i) => {
    const answer = answers[i];
    assert.ok(answer !== undefined, `request ${i} was never answered`);
    if (answer.kind === 'answer') {
      assert.equal(answer.headers, [['x-id', String(i)]]);
      if (mine.reader === 'leaves') return;
      const got = read.get(i);
      assert.ok(got !== undefined, `body ${i} never ended`);
      if (typeof got === 'number') assert.is(got, mine.down);
    } else if (answer.processed === 'never') {
      const byApplication = answer.kind === 'reset' && answer.code === 'overload';
      assert.is(seen.has(String(i)), byApplication, `request ${i}: never processed, yet it was seen`);
    }
    const uploaded = uploads.get(String(i));
    if (uploaded !== undefined) assert.is(uploaded, mine.up);
    const untouched = mine.cancelAfterUs === undefined && end === 'none' && maxStreams === 200;
    if (untouched && mine.connector.startsWith('answer')) assert.is(answer.kind, 'answer');
  });
}

const runs: ReadonlyArray<readonly [LineWorld, number]> = [
  [objectWorld, 300],
  [byteWorld(3), 100],
  [tlsWorld, 15],
];

for (const [world, numRuns] of runs) {
  test(`${world.name}: whatever happens, every request is answered once, nothing is left behind, and never means never`, async () => {
    await fc.assert(
      fc.asyncProperty(history, (each) => holds(world, each)),
      { numRuns, endOnFailure: !world.timed },
    );
  });
}

test.run();
