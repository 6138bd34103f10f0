import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { ask } from './ask.ts';
import { worlds } from './session-worlds.ts';
import { answered, connectorAgainstRaw, HandBody, head, never, objectWorld, openEnds, wholeOf } from './tunnel-ends.ts';

for (const world of worlds) {
  const it = (name: string, fn: () => Promise<void>): void => test(`${world.name}: ${name}`, fn);

  it('going away from the connector: streams it never saw are free to go elsewhere, the others end', async () => {
    const ends = await openEnds(world);
    const first = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const second = ask(ends.service, head, undefined, never());
    ends.connector.goAway('update', 100);
    assert.is(ends.connector.state, 'draining');
    await ends.clock.pass(ms(20));
    assert.is(ends.service.state, 'draining');
    assert.equal(await second, {
      kind: 'reset',
      code: 'refused',
      detail: 'connector is going away: update',
      processed: 'never',
    });
    assert.is(ends.streams.length, 1);
    void ends.streams[0]?.respond(200, [], undefined);
    await ends.clock.pass(ms(20));
    assert.is(answered(await first).status, 200);
    const third = await ask(ends.service, head, undefined, never());
    assert.is(third.kind === 'reset' && third.processed, 'never');
  });

  it('going away from the service reaches a listener that comes late', async () => {
    const ends = await openEnds(world);
    ends.service.goAway('drain', 250);
    ends.service.sendConfig('{"applications":[]}');
    await ends.clock.pass(ms(20));
    const told: unknown[] = [];
    ends.connector.onGoAway((reason, retryAfterMs) => told.push(reason, retryAfterMs));
    ends.connector.onConfig((json) => void told.push(json));
    ends.connector.onState((state) => told.push(state));
    assert.equal(told, ['drain', 250, '{"applications":[]}', 'draining']);
  });

  it('a tunnel that dies takes its streams along', async () => {
    const ends = await openEnds(world);
    const streaming = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const responding = ends.streams[0]?.respond(200, [], new HandBody());
    await ends.clock.pass(ms(20));
    const pulled = Promise.resolve(answered(await streaming).body?.pull()).catch(
      (error: { code: string }) => error.code,
    );
    const waiting = ask(ends.service, head, undefined, never());
    ends.connector.close({ cause: 'reset', detail: 'crash' });
    await responding;
    assert.is(ends.streams[0]?.cancel.cancelled, true);
    await ends.clock.pass(ms(20));
    const answer = await waiting;
    assert.is(answer.kind === 'lost' && answer.processed, 'maybe');
    assert.is(await pulled, 'ERR_TUNNEL_LOST');
    assert.is(ends.service.state, 'closed');
    assert.is(ends.service.inFlight, 0);
    const after = await ask(ends.service, head, undefined, never());
    assert.is(after.kind === 'reset' && after.processed, 'never');
    assert.is(ends.clock.pending, 0, 'no timer is left behind');
  });

  it('silence makes a tunnel suspect and then dead', async () => {
    const ends = await openEnds(world);
    const states: Array<[number, string]> = [];
    await ends.clock.pass(seconds(10));
    assert.is(ends.service.state, 'open');
    ends.service.onState((state) =>
      states.push([Math.round((ends.clock.now() - ends.service.lastHeard) / 1_000), state]),
    );
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    ends.line.silence();
    await ends.clock.pass(seconds(6));
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
    await ends.clock.pass(seconds(3));
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
    const pending = ask(ends.service, head, undefined, never());
    await ends.clock.pass(ms(20));
    const { upgrade } = answered(await pending);
    assert.ok(upgrade);
    assert.is(upgrade.sendToOrigin({ ...wholeOf(world, 10).whole, bytes: 10 }), undefined);
    const pulled = upgrade.fromOrigin.pull();
    fromOrigin.give(wholeOf(world, 20).whole);
    await ends.clock.pass(ms(20));
    assert.equal(toOrigin, [10]);
    assert.is((await pulled)?.bytes, 20);
    upgrade.endToOrigin();
    await ends.clock.pass(ms(20));
    assert.is(ended, true);
    assert.is(over, false);
    const second = upgrade.fromOrigin.pull();
    fromOrigin.give(wholeOf(world, 3).whole);
    await ends.clock.pass(ms(20));
    assert.is((await second)?.bytes, 3);
    const last = upgrade.fromOrigin.pull();
    fromOrigin.give(undefined);
    await ends.clock.pass(ms(20));
    assert.is(await last, undefined);
    assert.is(over, true);
    assert.is(ends.service.inFlight + ends.connector.inFlight, 0);
  });

  it('everything is taken when the answer to a ping behind it is here, or never', async () => {
    const ends = await openEnds(world);
    await ends.clock.until(ends.connector.flushed());
    let over = false;
    ends.line.silence();
    void ends.connector.flushed().then(() => {
      over = true;
    });
    await ends.clock.pass(seconds(4));
    assert.is(over, false);
    await ends.clock.pass(seconds(2));
    assert.is(ends.connector.state, 'closed');
    assert.is(over, true);
    await ends.connector.flushed();
    assert.is(ends.clock.pending, 0, 'no timer is left behind');
  });

  it('measures the round trip', async () => {
    const ends = await openEnds(world, { latency: ms(4) });
    await ends.clock.pass(seconds(3));
    assert.is(ends.service.roundTrip, world.timed ? 8_000 : 0);
  });
}

test('an answer to an earlier ping does not prove that everything is taken, nor does one where no ping could be sent', async () => {
  const forgiving = { pingInterval: seconds(1), suspectAfter: undefined, deadAfter: undefined };
  const { clock, peer, connector } = await connectorAgainstRaw(objectWorld, { liveness: forgiving });
  await clock.pass(seconds(60));
  const pings = peer.of('ping');
  let over = false;
  void connector.flushed().then(() => {
    over = true;
  });
  await clock.pass(ms(20));
  assert.is(peer.of('ping').length, pings.length, 'too many have no answer');
  const answer = async (): Promise<void> => {
    peer.send({ type: 'pong', stamp: peer.of('ping').at(-1)?.stamp ?? 0 });
    await clock.pass(ms(20));
  };
  await answer();
  assert.is(peer.of('ping').length, pings.length + 1);
  assert.is(over, false);
  await answer();
  assert.is(over, true);
});

test('configuration and requests in one go with the greeting: the configuration comes first', async () => {
  const told: string[] = [];
  const { clock, peer } = await connectorAgainstRaw(objectWorld, {
    greeting: [
      { type: 'config', json: '{}' },
      { type: 'request', stream: 1, head, first: undefined, end: true },
    ],
    onStream: () => told.push('request'),
    connector: { onConfig: (json) => void told.push(json) },
  });
  await clock.pass(ms(20));
  assert.is(peer.closed, undefined);
  assert.equal(told, ['{}', 'request']);
});

test.run();
