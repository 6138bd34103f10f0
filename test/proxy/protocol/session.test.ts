import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import type { TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { settled } from './manual-clock.ts';
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
    const pending = ends.service.request(head, wholeOf(world, 7), never());
    assert.is(ends.service.inFlight, 1);
    await ends.clock.run(ms(20));
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
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
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
    const pending = ends.service.request(head, new PiecesBody(world, 2_000_000, 30_011), never());
    await ends.clock.run(ms(20));
    const read = drainBody(answered(await pending).body);
    await ends.clock.run(seconds(1));
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
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const read = drainBody(answered(await pending).body);
    await ends.clock.run(seconds(1));
    assert.is(await read, 1_000_000);
  });

  it('gives the head before the body ends', async () => {
    const body = new HandBody();
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(200, [], body) });
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const answer = answered(await pending);
    const first = answer.body?.pull();
    body.give(wholeOf(world, 5).whole);
    await ends.clock.run(ms(20));
    assert.is((await first)?.bytes, 5);
    const second = answer.body?.pull();
    body.give(undefined);
    await ends.clock.run(ms(20));
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
    for (let i = 0; i < 4; i++) void ends.service.request({ ...head, target: '/big' }, undefined, never());
    await ends.clock.run(seconds(1));
    for (const body of bodies) assert.ok(body.pulled <= 262_144 + 2 * 20_000, `pulled ${body.pulled}`);
    assert.is(ends.service.bulkStreams, 4);
    let done = 0;
    for (let i = 0; i < 50; i++) {
      void ends.service.request(head, undefined, never()).then(() => done++);
    }
    await ends.clock.run(ms(20));
    assert.is(done, 50);
  });

  it('cancelling resets the stream and tells the connector', async () => {
    const ends = await openEnds(world);
    const cancel = never();
    const pending = ends.service.request(head, undefined, cancel);
    await ends.clock.run(ms(20));
    cancel.cancel('user left');
    assert.equal(await pending, { kind: 'reset', code: 'cancelled', detail: 'user left', processed: 'maybe' });
    assert.is(ends.service.inFlight, 0);
    await ends.clock.run(ms(20));
    assert.is(ends.streams[0]?.cancel.cancelled, true);
    assert.is(ends.streams[0]?.respond(200, [], undefined), undefined);
    assert.is(ends.connector.inFlight, 0);
    await ends.clock.run(ms(20));
    assert.is(ends.service.state, 'open');
  });

  it('a crossing answer on a cancelled stream is dropped quietly', async () => {
    const ends = await openEnds(world);
    const cancel = never();
    void ends.service.request(head, undefined, cancel);
    await ends.clock.run(ms(20));
    cancel.cancel('user left');
    void ends.streams[0]?.respond(200, [], new PiecesBody(world, 200_000, 10_000));
    await ends.clock.run(ms(20));
    assert.is(ends.service.state, 'open');
    assert.is(ends.connector.state, 'open');
    assert.is(ends.connector.inFlight, 0);
  });

  it('reset codes say whether the application may have seen the request', async () => {
    const codes = [
      'refused',
      'overload',
      'backend-unreachable',
      'backend-timeout',
      'backend-broken',
      'internal',
    ] as const;
    const ends = await openEnds(world, {
      onStream: (s) => s.reset(codes[ends.streams.length - 1] ?? 'internal', 'why'),
    });
    const answers: TunnelAnswer[] = [];
    for (const _ of codes) void ends.service.request(head, undefined, never()).then((answer) => answers.push(answer));
    await ends.clock.run(ms(20));
    const processed = answers.map((answer) =>
      answer.kind === 'reset' ? `${answer.code} ${answer.processed}` : answer.kind,
    );
    assert.equal(processed, [
      'refused never',
      'overload never',
      'backend-unreachable never',
      'backend-timeout maybe',
      'backend-broken maybe',
      'internal maybe',
    ]);
  });

  it('a body that breaks off after the head rejects its reader', async () => {
    const body = new HandBody();
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(200, [], body) });
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const pulled = answered(await pending).body?.pull();
    body.fail(new Error('backend hung up'));
    const outcome = Promise.resolve(pulled).catch((error: { code: string }) => error.code);
    await ends.clock.run(ms(20));
    assert.is(await outcome, 'ERR_STREAM_RESET');
    assert.is(ends.service.inFlight, 0);
  });

  it('streams beyond the cap are refused', async () => {
    const ends = await openEnds(world, { maxStreams: 3 });
    const answers: TunnelAnswer[] = [];
    for (let i = 0; i < 5; i++) {
      void ends.service.request(head, undefined, never()).then((answer) => answers.push(answer));
    }
    await ends.clock.run(ms(20));
    assert.is(ends.streams.length, 3);
    assert.equal(answers, [
      { kind: 'reset', code: 'refused', detail: 'too many streams', processed: 'never' },
      { kind: 'reset', code: 'refused', detail: 'too many streams', processed: 'never' },
    ]);
  });

  it('an answer before the upload ended stops the upload', async () => {
    const upload = new HandBody();
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(413, [], undefined) });
    const pending = ends.service.request(head, upload, never());
    await ends.clock.run(ms(20));
    assert.is(answered(await pending).status, 413);
    assert.ok(upload.cancelled !== undefined);
    assert.is(ends.service.inFlight, 0);
    assert.is(ends.connector.inFlight, 0);
  });

  it('going away from the connector: streams it never saw are free to go elsewhere, the others end', async () => {
    const ends = await openEnds(world);
    const first = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const second = ends.service.request(head, undefined, never());
    ends.connector.goAway('update', 100);
    assert.is(ends.connector.state, 'draining');
    await ends.clock.run(ms(20));
    assert.is(ends.service.state, 'draining');
    assert.equal(await second, {
      kind: 'reset',
      code: 'refused',
      detail: 'connector is going away: update',
      processed: 'never',
    });
    assert.is(ends.streams.length, 1);
    void ends.streams[0]?.respond(200, [], undefined);
    await ends.clock.run(ms(20));
    assert.is(answered(await first).status, 200);
    const third = await ends.service.request(head, undefined, never());
    assert.is(third.kind === 'reset' && third.processed, 'never');
  });

  it('going away from the service reaches a listener that comes late', async () => {
    const ends = await openEnds(world);
    ends.service.goAway('drain', 250);
    ends.service.sendConfig('{"applications":[]}');
    await ends.clock.run(ms(20));
    const told: unknown[] = [];
    ends.connector.onGoAway((reason, retryAfterMs) => told.push(reason, retryAfterMs));
    ends.connector.onConfig((json) => told.push(json));
    ends.connector.onState((state) => told.push(state));
    assert.equal(told, ['drain', 250, '{"applications":[]}', 'draining']);
  });

  it('a tunnel that dies takes its streams along', async () => {
    const ends = await openEnds(world);
    const streaming = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const responding = ends.streams[0]?.respond(200, [], new HandBody());
    await ends.clock.run(ms(20));
    const pulled = Promise.resolve(answered(await streaming).body?.pull()).catch(
      (error: { code: string }) => error.code,
    );
    const waiting = ends.service.request(head, undefined, never());
    ends.connector.close({ cause: 'reset', detail: 'crash' });
    await responding;
    assert.is(ends.streams[0]?.cancel.cancelled, true);
    await ends.clock.run(ms(20));
    const answer = await waiting;
    assert.is(answer.kind === 'lost' && answer.processed, 'maybe');
    assert.is(await pulled, 'ERR_TUNNEL_LOST');
    assert.is(ends.service.state, 'closed');
    assert.is(ends.service.inFlight, 0);
    const after = await ends.service.request(head, undefined, never());
    assert.is(after.kind === 'reset' && after.processed, 'never');
    assert.is(ends.clock.pending, 0, 'no timer is left behind');
  });

  it('silence makes a tunnel suspect and then dead', async () => {
    const ends = await openEnds(world);
    const states: Array<[number, string]> = [];
    await ends.clock.run(seconds(10));
    assert.is(ends.service.state, 'open');
    ends.service.onState((state) =>
      states.push([Math.round((ends.clock.now() - ends.service.lastHeard) / 1_000), state]),
    );
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    ends.line.silence();
    await ends.clock.run(seconds(6));
    assert.equal(states, [
      [2_500, 'suspect'],
      [5_000, 'closed'],
    ]);
    assert.is(ends.service.closeReason?.cause, 'lost');
    assert.is((await pending).kind, 'lost');
  });

  it('the end that stood still itself does not blame its peer', async () => {
    const ends = await openEnds(world);
    ends.clock.freeze(seconds(60));
    await ends.clock.run(seconds(3));
    assert.is(ends.service.state, 'open');
    assert.is(ends.connector.state, 'open');
  });

  it('a two-way stream follows 101 and closes by halves', async () => {
    const fromOrigin = new HandBody();
    const toOrigin: number[] = [];
    let ended = false;
    let over = false;
    const ends = await openEnds(world, {
      onStream: (stream) => {
        const upgrade = {
          fromOrigin,
          sendToOrigin(chunk: { bytes: number }): undefined {
            toOrigin.push(chunk.bytes);
          },
          endToOrigin(): void {
            ended = true;
          },
        };
        void stream.respond(101, [['upgrade', 'websocket']], undefined, upgrade)?.then(() => {
          over = true;
        });
      },
    });
    const pending = ends.service.request(head, undefined, never());
    await ends.clock.run(ms(20));
    const { upgrade } = answered(await pending);
    assert.ok(upgrade);
    assert.is(upgrade.sendToOrigin({ ...wholeOf(world, 10).whole, bytes: 10 }), undefined);
    const pulled = upgrade.fromOrigin.pull();
    fromOrigin.give(wholeOf(world, 20).whole);
    await ends.clock.run(ms(20));
    assert.equal(toOrigin, [10]);
    assert.is((await pulled)?.bytes, 20);
    upgrade.endToOrigin();
    await ends.clock.run(ms(20));
    assert.is(ended, true);
    assert.is(over, false);
    const second = upgrade.fromOrigin.pull();
    fromOrigin.give(wholeOf(world, 3).whole);
    await ends.clock.run(ms(20));
    assert.is((await second)?.bytes, 3);
    const last = upgrade.fromOrigin.pull();
    fromOrigin.give(undefined);
    await ends.clock.run(ms(20));
    assert.is(await last, undefined);
    assert.is(over, true);
    assert.is(ends.service.inFlight + ends.connector.inFlight, 0);
  });

  it('measures the round trip', async () => {
    const ends = await openEnds(world, { latency: ms(4) });
    await ends.clock.run(seconds(3));
    assert.is(ends.service.roundTrip, 8_000);
  });
}

test('one frame there and one back', async () => {
  const ends = await openEnds(objectWorld, {
    onStream: (stream) => assert.is(stream.respond(200, [], wholeOf(objectWorld, 30_000)), undefined),
  });
  const before = [sentBy(ends.line.service).length, sentBy(ends.line.connector).length] as const;
  const pending = ends.service.request(head, wholeOf(objectWorld, 40_000), never());
  await ends.clock.run(ms(20));
  assert.is(answered(await pending).body?.whole?.bytes, 30_000);
  assert.equal(types(sentBy(ends.line.service).slice(before[0])), ['request']);
  assert.equal(types(sentBy(ends.line.connector).slice(before[1])), ['response']);
});

test('an idle tunnel costs one timer and few pings', async () => {
  const ends = await openEnds(objectWorld);
  await ends.clock.run(seconds(100));
  const sent = types([...sentBy(ends.line.service), ...sentBy(ends.line.connector)]);
  const pings = sent.filter((type) => type === 'ping').length;
  assert.ok(pings >= 90 && pings <= 105, `${pings} pings in 100 s`);
  assert.is(ends.clock.pending <= 4, true);
});

test('windows double for a reader that keeps up, to 1 MiB', async () => {
  const ends = await openEnds(objectWorld, {
    latency: ms(10),
    onStream: (stream) => void stream.respond(200, [], new PiecesBody(objectWorld, 20_000_000, 16_384)),
  });
  const pending = ends.service.request(head, undefined, never());
  await ends.clock.run(ms(40));
  const begun = ends.clock.now();
  let end = 0;
  void drainBody(answered(await pending).body).then(() => {
    end = ends.clock.now();
  });
  await ends.clock.run(seconds(5));
  const perRoundTrip = 20_000_000 / ((end - begun) / 20_000);
  assert.ok(perRoundTrip > 600_000 && perRoundTrip <= 1_048_576, `${perRoundTrip} bytes per round trip`);
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
    const pending = ends.service.request({ ...head, target: '/big' }, undefined, never());
    reads.push(pending.then((answer) => drainBody(answered(answer).body)));
  }
  await ends.clock.run(seconds(1));
  assert.equal(await Promise.all(reads), [200_000, 200_000, 200_000]);
  const order = sentBy(ends.line.connector).flatMap((frame) => (frame.type === 'data' ? [frame.stream] : []));
  const middle = order.slice(30, 45);
  for (const id of [1, 3, 5]) {
    const turns = middle.filter((stream) => stream === id).length;
    assert.ok(turns >= 4 && turns <= 6, `stream ${id} had ${turns} of 15 turns`);
  }
  // Now the service's own direction is full: what follows the upload is held back and known to be unsent.
  void ends.service.request({ ...head, target: '/up' }, new PiecesBody(objectWorld, 200_000, 8_192), never());
  const held = ends.service.request(head, undefined, never());
  await settled();
  ends.service.close({ cause: 'local', detail: 'stop' });
  const answer = await held;
  assert.is(answer.kind === 'lost' && answer.processed, 'never');
});

test.run();
