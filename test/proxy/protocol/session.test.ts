import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { settled } from '../manual-clock.ts';
import { ask } from './ask.ts';
import { ObjectConn } from './object-pair.ts';
import { worlds } from './session-worlds.ts';
import {
  answered,
  drainBody,
  HandBody,
  head,
  never,
  objectWorld,
  openEnds,
  PiecesBody,
  sentBy,
  wholeOf,
} from './tunnel-ends.ts';

const types = (frames: readonly Frame[]): string[] => frames.map((frame) => frame.type);

for (const world of worlds) {
  const it = (name: string, fn: () => Promise<void>): void => test(`${world.name}: ${name}`, fn);

  it('carries a small request and a small answer', async () => {
    const ends = await openEnds(world, {
      onStream: (stream) => void stream.respond(200, [['content-type', 'text/plain']], wholeOf(world, 11)),
    });
    const pending = ask(ends.service, head, wholeOf(world, 7), never());
    assert.is(ends.service.inFlight, 1);
    await ends.clock.pass(ms(20));
    const answer = answered(await pending);
    assert.is(answer.status, 200);
    assert.equal(answer.headers, [['content-type', 'text/plain']]);
    assert.is(await drainBody(answer.body), 11);
    assert.equal(ends.streams[0]?.head, head);
    assert.is(await drainBody(ends.streams[0]?.body), 7);
    assert.is(ends.service.inFlight, 0);
    assert.is(ends.connector.inFlight, 0);
  });

  it('carries no body where there is none', async () => {
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(204, [], undefined) });
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const answer = answered(await pending);
    assert.is(answer.status, 204);
    assert.is(answer.body, undefined);
    assert.is(ends.streams[0]?.body, undefined);
  });

  it('carries bodies much larger than the window, both ways at once', async () => {
    const total = 3_000_000;
    let uploaded = 0;
    const ends = await openEnds(world, {
      onStream: (stream) => {
        void stream.respond(200, [], new PiecesBody(world, total, 50_001));
        void drainBody(stream.body).then((n) => {
          uploaded = n;
        });
      },
    });
    const pending = ask(ends.service, head, new PiecesBody(world, 2_000_000, 30_011), never());
    await ends.clock.pass(ms(20));
    const read = drainBody(answered(await pending).body);
    await ends.clock.pass(seconds(1));
    assert.is(await read, total);
    assert.is(uploaded, 2_000_000);
    assert.is(ends.service.inFlight, 0);
    assert.is(ends.connector.inFlight, 0);
    assert.is(ends.service.state, 'open');
  });

  it('a whole body larger than the window is cut by credit', async () => {
    const ends = await openEnds(world, {
      onStream: (stream) => void stream.respond(200, [], wholeOf(world, 1_000_000)),
    });
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const read = drainBody(answered(await pending).body);
    await ends.clock.pass(seconds(1));
    assert.is(await read, 1_000_000);
  });

  it('gives the head before the body ends', async () => {
    const body = new HandBody();
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(200, [], body) });
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const answer = answered(await pending);
    const first = answer.body?.pull();
    body.give(wholeOf(world, 5).whole);
    await ends.clock.pass(ms(20));
    assert.is((await first)?.bytes, 5);
    const second = answer.body?.pull();
    body.give(undefined);
    await ends.clock.pass(ms(20));
    assert.is(await second, undefined);
    assert.is(ends.connector.inFlight, 0);
  });

  it('a stalled reader holds at most its window and nobody else up', async () => {
    const bodies: PiecesBody[] = [];
    const ends = await openEnds(world, {
      onStream: (stream) => {
        const body = stream.head.target === '/big' ? new PiecesBody(world, 10_000_000, 20_000) : undefined;
        if (body !== undefined) bodies.push(body);
        void stream.respond(200, [], body ?? wholeOf(world, 100));
      },
    });
    for (let i = 0; i < 4; i++) void ask(ends.service, { ...head, target: '/big' }, undefined, never());
    await ends.clock.pass(seconds(1));
    for (const body of bodies) assert.ok(body.pulled <= 262_144 + 2 * 20_000, `pulled ${body.pulled}`);
    assert.is(ends.service.bulkStreams, 4);
    let done = 0;
    for (let i = 0; i < 50; i++) {
      void ask(ends.service, head, undefined, never()).then(() => done++);
    }
    await ends.clock.pass(ms(20));
    assert.is(done, 50);
  });
}

test('one frame there and one back', async () => {
  const ends = await openEnds(objectWorld, {
    onStream: (stream) => assert.is(stream.respond(200, [], wholeOf(objectWorld, 30_000)), undefined),
  });
  const before = [sentBy(ends.line.service).length, sentBy(ends.line.connector).length] as const;
  const pending = ask(ends.service, head, wholeOf(objectWorld, 40_000), never());
  await ends.clock.pass(ms(20));
  assert.is(answered(await pending).body?.whole?.bytes, 30_000);
  assert.equal(types(sentBy(ends.line.service).slice(before[0])), ['request']);
  assert.equal(types(sentBy(ends.line.connector).slice(before[1])), ['response']);
});

test('an idle tunnel costs one timer and few pings', async () => {
  const ends = await openEnds(objectWorld);
  await ends.clock.pass(seconds(100));
  const sent = types([...sentBy(ends.line.service), ...sentBy(ends.line.connector)]);
  const pings = sent.filter((type) => type === 'ping').length;
  assert.ok(pings >= 90 && pings <= 105, `${pings} pings in 100 s`);
  assert.is(ends.clock.pending <= 4, true);
});

/** Bytes a round trip of a long download, on a line whose round trip becomes `laterMs` after the tunnel was opened at 20 ms. */
async function bytesPerRoundTrip(laterMs: number): Promise<number> {
  const ends = await openEnds(objectWorld, {
    latency: ms(10),
    onStream: (stream) => void stream.respond(200, [], new PiecesBody(objectWorld, 20_000_000, 16_384)),
  });
  await ends.clock.pass(ms(100));
  for (const conn of [ends.line.service, ends.line.connector]) {
    if (conn instanceof ObjectConn) conn.latency = ms(laterMs / 2);
  }
  const pending = ask(ends.service, head, undefined, never());
  await ends.clock.pass(ms(2 * laterMs));
  const begun = ends.clock.now();
  let end = 0;
  void drainBody(answered(await pending).body).then(() => {
    end = ends.clock.now();
  });
  await ends.clock.pass(seconds(20));
  return 20_000_000 / ((end - begun) / (laterMs * 1_000));
}

test('windows double for a reader that keeps up, to 1 MiB', async () => {
  const rate = await bytesPerRoundTrip(20);
  assert.ok(rate > 600_000 && rate <= 1_048_576, `${rate} bytes per round trip`);
});

test('windows do not grow while the round trip does', async () => {
  const rate = await bytesPerRoundTrip(80);
  assert.ok(rate > 200_000 && rate < 300_000, `${rate} bytes per round trip`);
});

test('a full connection: control frames go on, bulk streams take turns, held requests are known to be unsent', async () => {
  const ends = await openEnds(objectWorld, {
    mark: 65_536,
    onStream: (stream) => {
      if (stream.head.target === '/big') void stream.respond(200, [], new PiecesBody(objectWorld, 200_000, 8_192));
    },
  });
  const reads: Array<Promise<number>> = [];
  for (let i = 0; i < 3; i++) {
    const pending = ask(ends.service, { ...head, target: '/big' }, undefined, never());
    reads.push(pending.then((answer) => drainBody(answered(answer).body)));
  }
  await ends.clock.pass(seconds(1));
  assert.equal(await Promise.all(reads), [200_000, 200_000, 200_000]);
  const order = sentBy(ends.line.connector).flatMap((frame) => (frame.type === 'data' ? [frame.stream] : []));
  const middle = order.slice(30, 45);
  for (const id of [1, 3, 5]) {
    const turns = middle.filter((stream) => stream === id).length;
    assert.ok(turns >= 4 && turns <= 6, `stream ${id} had ${turns} of 15 turns`);
  }
  // Now the service's own direction is full: what follows the upload is held back and known to be unsent.
  void ask(ends.service, { ...head, target: '/up' }, new PiecesBody(objectWorld, 200_000, 8_192), never());
  const held = ask(ends.service, head, undefined, never());
  await settled();
  ends.service.close({ cause: 'local', detail: 'stop' });
  const answer = await held;
  assert.is(answer.kind === 'lost' && answer.processed, 'never');
});

test.run();
