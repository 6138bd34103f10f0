import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ms } from '../../../proxy/host/units.ts';
import type { TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { ask } from './ask.ts';
import { worlds } from './session-worlds.ts';
import { answered, HandBody, head, never, openEnds, PiecesBody } from './tunnel-ends.ts';

for (const world of worlds) {
  const it = (name: string, fn: () => Promise<void>): void => test(`${world.name}: ${name}`, fn);

  it('cancelling resets the stream and tells the connector', async () => {
    const ends = await openEnds(world);
    const cancel = never();
    const pending = ask(ends.service, head, undefined, cancel);
    await ends.clock.pass(ms(20));
    cancel.cancel('user left');
    assert.equal(await pending, { kind: 'reset', code: 'cancelled', detail: 'user left', processed: 'maybe' });
    assert.is(ends.service.inFlight, 0);
    await ends.clock.pass(ms(20));
    assert.is(ends.streams[0]?.cancel.cancelled, true);
    assert.is(ends.streams[0]?.respond(200, [], undefined), undefined);
    assert.is(ends.connector.inFlight, 0);
    await ends.clock.pass(ms(20));
    assert.is(ends.service.state, 'open');
  });

  it('a crossing answer on a cancelled stream is dropped quietly', async () => {
    const ends = await openEnds(world);
    const cancel = never();
    void ask(ends.service, head, undefined, cancel);
    await ends.clock.pass(ms(20));
    cancel.cancel('user left');
    void ends.streams[0]?.respond(200, [], new PiecesBody(world, 200_000, 10_000));
    await ends.clock.pass(ms(20));
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
    for (const _ of codes) void ask(ends.service, head, undefined, never()).then((answer) => answers.push(answer));
    await ends.clock.pass(ms(20));
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
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const pulled = answered(await pending).body?.pull();
    body.fail(new Error('backend hung up'));
    const outcome = Promise.resolve(pulled).catch((error: { code: string }) => error.code);
    await ends.clock.pass(ms(20));
    assert.is(await outcome, 'ERR_STREAM_RESET');
    assert.is(ends.service.inFlight, 0);
  });

  it('streams beyond the cap are refused', async () => {
    const ends = await openEnds(world, { maxStreams: 3 });
    const answers: TunnelAnswer[] = [];
    for (let i = 0; i < 5; i++) {
      void ask(ends.service, head, undefined, never()).then((answer) => answers.push(answer));
    }
    await ends.clock.pass(ms(20));
    assert.is(ends.streams.length, 3);
    assert.equal(answers, [
      { kind: 'reset', code: 'refused', detail: 'too many streams', processed: 'never' },
      { kind: 'reset', code: 'refused', detail: 'too many streams', processed: 'never' },
    ]);
  });

  it('an answer before the upload ended stops the upload', async () => {
    const upload = new HandBody();
    const ends = await openEnds(world, { onStream: (stream) => void stream.respond(413, [], undefined) });
    const pending = ask(ends.service, head, upload, never());
    await ends.clock.pass(ms(20));
    assert.is(answered(await pending).status, 413);
    assert.ok(upload.cancelled !== undefined);
    assert.is(ends.service.inFlight, 0);
    assert.is(ends.connector.inFlight, 0);
  });
}

test.run();
