import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { ask } from './ask.ts';
import { anyFrame } from './frame-arbitrary.ts';
import { byteWorld } from './session-worlds.ts';
import {
  connectorAgainstRaw,
  drainBody,
  head,
  type LineWorld,
  never,
  objectWorld,
  openEnds,
  PiecesBody,
  serviceAgainstRaw,
  wholeOf,
} from './tunnel-ends.ts';

/** Any frame, mostly on the few streams that exist, and with numbers near the limits. */
const hostile: fc.Arbitrary<Frame> = fc
  .tuple(anyFrame, fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 1_000, 262_144, 20_000_000))
  .map(([frame, stream, bytes]) => {
    if (frame.type === 'window') return { ...frame, stream, bytes };
    return 'stream' in frame ? { ...frame, stream } : frame;
  });
const attack = fc.array(fc.tuple(hostile, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 25 });

async function attackService(world: LineWorld, frames: ReadonlyArray<readonly [Frame, number]>): Promise<void> {
  const { clock, service, peer } = await serviceAgainstRaw(world);
  let settled = 0;
  for (let i = 0; i < 4; i++) {
    const body = i % 2 === 0 ? new PiecesBody(world, 600_000, 20_000) : undefined;
    void ask(service, head, body, never()).then((answer) => {
      settled++;
      if (answer.kind === 'answer' && i < 2) drainBody(answer.body).catch(() => {});
    });
  }
  for (const [frame, pauseMs] of frames) {
    peer.send(frame);
    if (pauseMs > 0) await clock.pass(ms(pauseMs));
  }
  await clock.pass(ms(50));
  service.close({ cause: 'local', detail: 'test over' });
  await clock.pass(seconds(1));
  assert.is(settled, 4);
  assert.is(service.inFlight, 0);
  assert.is(service.bulkStreams, 0);
  assert.is(clock.pending, 0);
}

async function attackConnector(world: LineWorld, frames: ReadonlyArray<readonly [Frame, number]>): Promise<void> {
  const { clock, connector, peer, streams } = await connectorAgainstRaw(world, {
    maxStreams: 3,
    onStream: (stream) => {
      if (streams.length % 3 === 0) drainBody(stream.body).catch(() => {});
      if (streams.length % 3 === 1) void stream.respond(200, [], new PiecesBody(world, 400_000, 30_000));
      if (streams.length % 3 === 2) void stream.respond(200, [], wholeOf(world, 100));
    },
  });
  for (const [frame, pauseMs] of frames) {
    peer.send(frame);
    if (pauseMs > 0) await clock.pass(ms(pauseMs));
  }
  await clock.pass(ms(50));
  connector.close({ cause: 'local', detail: 'test over' });
  await clock.pass(seconds(1));
  assert.is(connector.inFlight, 0);
  assert.is(clock.pending, 0);
}

for (const world of [objectWorld, byteWorld(4)]) {
  test(`${world.name}: no frames of a connector crash the service's end or leave anything behind`, async () => {
    await fc.assert(
      fc.asyncProperty(attack, (frames) => attackService(world, frames)),
      { numRuns: 300 },
    );
  });

  test(`${world.name}: no frames of a service crash the connector's end or leave anything behind`, async () => {
    await fc.assert(
      fc.asyncProperty(attack, (frames) => attackConnector(world, frames)),
      { numRuns: 300 },
    );
  });
}

/** Requests over a line on which one byte the service sends is flipped, or the line ends there. */
async function damagedLine(seed: number, at: number, mask: number | 'end'): Promise<void> {
  const world = byteWorld(seed, { at, mask });
  // The greeting passes: hello-ack and the first ping lie before byte 60.
  const ends = await openEnds(world, {
    onStream: (stream) => {
      drainBody(stream.body).catch(() => {});
      void stream.respond(200, [], new PiecesBody(world, 40_000, 7_000));
    },
  });
  let settled = 0;
  for (let i = 0; i < 4; i++) {
    void ask(ends.service, head, new PiecesBody(world, 30_000, 9_000), never()).then((answer) => {
      settled++;
      if (answer.kind === 'answer') drainBody(answer.body).catch(() => {});
    });
  }
  await ends.clock.pass(seconds(8));
  const cause = ends.connector.closeReason?.cause;
  if (mask === 'end') assert.ok(cause === 'reset' || cause === 'fin', `${cause}`);
  ends.service.close({ cause: 'local', detail: 'test over' });
  await ends.clock.pass(seconds(1));
  assert.is(settled, 4);
  assert.is(ends.service.inFlight + ends.connector.inFlight, 0);
  assert.is(ends.clock.pending, 0);
}

test('one damaged byte, anywhere: no crash, nothing left behind', async () => {
  const mask = fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constant('end' as const));
  const place = fc.oneof(fc.integer({ min: 60, max: 400 }), fc.integer({ min: 400, max: 100_000 }));
  await fc.assert(fc.asyncProperty(fc.nat({ max: 1_000 }), place, mask, damagedLine), { numRuns: 300 });
});

test.run();
