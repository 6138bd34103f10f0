import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import type { CloseReason, Conn } from '../../../proxy/host/transport.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { acceptServiceTunnel, openConnectorTunnel } from '../../../proxy/protocol/handshake.ts';
import { ManualClock } from '../manual-clock.ts';
import { ask } from './ask.ts';
import { worlds } from './session-worlds.ts';
import {
  chunkOf,
  connectorAgainstRaw,
  head,
  hello,
  type LineWorld,
  liveness,
  never,
  objectWorld,
  RawPeer,
  serviceAgainstRaw,
} from './tunnel-ends.ts';

const response = (stream: number, end = true): Frame => ({
  type: 'response',
  stream,
  status: 200,
  headers: [],
  first: undefined,
  end,
});
const request = (stream: number, end = true): Frame => ({ type: 'request', stream, head, first: undefined, end });
const reset = (stream: number): Frame => ({ type: 'reset', stream, code: 'cancelled', detail: '' });

/** What a hostile connector sends while streams 1 (waiting) and 3 (over) are known, and the code it earns. */
const hostileConnector: ReadonlyArray<readonly [string, string, (world: LineWorld) => Frame[]]> = [
  ['an answer on a stream that was never opened', 'ERR_TUNNEL_UNKNOWN_STREAM', () => [response(99)]],
  ['data on an even stream', 'ERR_TUNNEL_UNKNOWN_STREAM', (w) => [data(w, 2, 10)]],
  ['a reset of an unknown stream', 'ERR_TUNNEL_UNKNOWN_STREAM', () => [reset(101)]],
  ['two answers', 'ERR_TUNNEL_RESPONSE_TWICE', () => [response(1, false), response(1, false)]],
  ['an answer on a stream that is over', 'ERR_TUNNEL_CLOSED_STREAM', () => [response(3)]],
  ['data before the answer', 'ERR_TUNNEL_DATA', (w) => [data(w, 1, 10)]],
  ['data after the end', 'ERR_TUNNEL_CLOSED_STREAM', (w) => [response(1, true), data(w, 1, 10)]],
  [
    'data beyond the credit',
    'ERR_TUNNEL_WINDOW',
    (w) => [response(1, false), ...Array.from({ length: 17 }, () => data(w, 1, 16_384))],
  ],
  ['credit of nothing', 'ERR_TUNNEL_CREDIT', () => [{ type: 'window', stream: 1, bytes: 0 }]],
  ['credit without end', 'ERR_TUNNEL_CREDIT', () => [{ type: 'window', stream: 1, bytes: 17_000_000 }]],
  ['a request of its own', 'ERR_TUNNEL_FRAME', () => [request(5)]],
  ['a second hello', 'ERR_TUNNEL_FRAME', () => [hello()]],
  ['a configuration', 'ERR_TUNNEL_FRAME', () => [{ type: 'config', json: '{}' }]],
  ['a flood of resets', 'ERR_TUNNEL_FLOOD', () => Array.from({ length: 25_000 }, () => reset(3))],
];

function data(world: LineWorld, stream: number, bytes: number): Frame {
  return { type: 'data', stream, chunk: chunkOf(world, bytes), end: false };
}

for (const world of worlds) {
  for (const [name, code, frames] of hostileConnector) {
    test(`${world.name}: service closes on ${name}`, async () => {
      const { clock, service, peer } = await serviceAgainstRaw(world);
      const waiting = ask(service, head, undefined, never());
      const over = ask(service, head, undefined, never());
      await clock.pass(ms(10));
      peer.send(response(3));
      await clock.pass(ms(10));
      assert.is((await over).kind, 'answer');
      peer.send(...frames(world));
      await clock.pass(ms(10));
      assert.is(service.state, 'closed');
      assert.is(service.closeReason?.cause, 'protocol');
      assert.match(service.closeReason?.detail ?? '', code);
      const answer = await waiting;
      assert.ok(answer.kind === 'answer' || answer.kind === 'lost');
      assert.ok(peer.closed !== undefined);
      assert.is(service.inFlight, 0);
      assert.is(clock.pending, 0);
    });
  }

  test(`${world.name}: a rapid open-and-reset flood closes the connector's end`, async () => {
    const { clock, connector, peer, streams } = await connectorAgainstRaw(world, { maxStreams: 2 });
    peer.send(request(1), request(3));
    for (let i = 5; i < 50_005; i += 2) peer.send(request(i));
    await clock.pass(seconds(1));
    assert.is(streams.length, 2);
    assert.match(connector.closeReason?.detail ?? '', 'ERR_TUNNEL_FLOOD');
    assert.is(streams[0]?.cancel.cancelled, true);
  });

  test(`${world.name}: stream ids must be odd and rise`, async () => {
    for (const ids of [[2], [5, 3], [1, 1]]) {
      const { clock, connector, peer } = await connectorAgainstRaw(world);
      peer.send(...ids.map((id) => request(id)));
      await clock.pass(ms(10));
      assert.match(connector.closeReason?.detail ?? '', 'ERR_TUNNEL_STREAM_ID');
    }
  });

  test(`${world.name}: late frames on a cut stream are held to the credit that was open`, async () => {
    const { clock, connector, peer, streams } = await connectorAgainstRaw(world, { window: 32_768 });
    peer.send(request(1, false));
    await clock.pass(ms(10));
    streams[0]?.reset('internal', 'no');
    peer.send(data(world, 1, 16_384), data(world, 1, 16_384));
    await clock.pass(ms(10));
    assert.is(connector.state, 'open');
    peer.send(data(world, 1, 1));
    await clock.pass(ms(10));
    assert.is(connector.closeReason?.cause, 'protocol');
  });
}

test('a request that opens and resets in one go is a flood only beyond a thawed minute', async () => {
  const { clock, connector, peer } = await connectorAgainstRaw();
  let id = -1;
  const storm = (count: number): void => {
    for (let i = 0; i < count; i++) {
      id += 2;
      peer.send(request(id), reset(id));
    }
  };
  storm(15_000);
  await clock.pass(seconds(1));
  assert.is(connector.state, 'open');
  storm(25_000);
  await clock.pass(seconds(1));
  assert.match(connector.closeReason?.detail ?? '', 'ERR_TUNNEL_FLOOD');
});

const badHellos: ReadonlyArray<readonly [string, Frame]> = [
  ['another frame first', { type: 'ping', stamp: 1 }],
  ['no id', { ...hello(), connectorId: '' }],
  ['no nonce', { ...hello(), bootNonce: '' }],
  ['no streams', { ...hello(), maxStreams: 0 }],
  ['no window', { ...hello(), window: 0 }],
  ['an endless window', { ...hello(), window: 0xffff_ffff }],
  ['a broken generation', { ...hello(), generation: 1.5 }],
];

for (const [name, frame] of badHellos) {
  test(`a hello is refused: ${name}`, async () => {
    const code = await refusal(frame, undefined);
    assert.is(code, 'ERR_TUNNEL_HELLO');
  });
}

test("a hello must claim its certificate's name", async () => {
  assert.is(await refusal(hello(), 'connector/2'), 'ERR_TUNNEL_HELLO');
  assert.is(await refusal(hello(), 'connector/1'), undefined);
});

test('no hello in time', async () => {
  const clock = new ManualClock();
  const line = await objectWorld.line(clock);
  const peer = new RawPeer(line.connector);
  const outcome = acceptServiceTunnel(line.service, clock, {
    instanceId: 's',
    liveness,
    window: 1_000,
    helloTimeout: seconds(2),
  }).catch((error: { code: string }) => error.code);
  await clock.pass(seconds(3));
  assert.is(await outcome, 'ERR_TUNNEL_HELLO');
  assert.ok(peer.closed !== undefined);
  assert.is(clock.pending, 0);
});

test('no answer to a hello: silence, nonsense, a closed connection', async () => {
  const ways: Array<(peer: RawPeer) => void> = [
    () => {},
    (peer) => peer.send(request(1)),
    (peer) => peer.send({ type: 'hello-ack', instanceId: '', window: 1, pingIntervalMs: 1 }),
    (peer) => peer.conn.close({ cause: 'fin', detail: 'bye' }),
  ];
  for (const way of ways) {
    const clock = new ManualClock();
    const line = await objectWorld.line(clock);
    const peer = new RawPeer(line.service);
    const outcome = openConnectorTunnel(line.connector, clock, {
      connectorId: 'c',
      bootNonce: 'n',
      generation: 1,
      maxStreams: 1,
      window: 1_000,
      liveness,
      helloTimeout: seconds(2),
      onStream: () => {},
    }).catch((error: { code: string }) => error.code);
    way(peer);
    await clock.pass(seconds(3));
    assert.is(await outcome, 'ERR_TUNNEL_HELLO');
    assert.is(clock.pending, 0);
  }
});

/** A connection that hands over what came before its handlers were set, and that it is over, at once. */
class EarlyConn implements Conn {
  readonly peer = { address: 'early', certificateName: undefined };
  readonly #frames: readonly Frame[];
  constructor(frames: readonly Frame[]) {
    this.#frames = frames;
  }
  send(): boolean {
    return true;
  }
  onFrame(fn: (frame: Frame) => void): void {
    for (const frame of this.#frames) fn(frame);
  }
  onDrain(): void {}
  onClose(fn: (reason: CloseReason) => void): void {
    fn({ cause: 'fin', detail: 'over already' });
  }
  close(): void {}
}

test('a connection that is over before anybody listens', async () => {
  const clock = new ManualClock();
  const code = (error: { code: string }): string => error.code;
  const service = { instanceId: 's', liveness, window: 1_000, helloTimeout: seconds(2) };
  assert.is(await acceptServiceTunnel(new EarlyConn([]), clock, service).catch(code), 'ERR_TUNNEL_HELLO');
  const opened = await acceptServiceTunnel(new EarlyConn([hello()]), clock, service);
  assert.is(opened.state, 'closed');
  assert.is(clock.pending, 0);
});

async function refusal(frame: Frame, certificateName: string | undefined): Promise<string | undefined> {
  const clock = new ManualClock();
  const line = await objectWorld.line(clock, certificateName === undefined ? {} : { certificateName });
  const peer = new RawPeer(line.connector);
  const outcome = acceptServiceTunnel(line.service, clock, {
    instanceId: 's',
    liveness,
    window: 1_000,
    helloTimeout: seconds(2),
  }).then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
  peer.send(frame);
  await clock.pass(ms(10));
  return outcome;
}

test.run();
