import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import { seconds } from '../../../proxy/host/units.ts';
import type { ServiceTunnel } from '../../../proxy/protocol/tunnel.ts';
import type { ManualClock } from '../manual-clock.ts';
import { ask } from './ask.ts';
import { answered, head, liveness, never, type RawPeer, serviceAgainstRaw } from './tunnel-ends.ts';

const data = (stream: number): Frame => ({ type: 'data', stream, chunk: { bytes: 100 }, end: false });

interface World {
  readonly clock: ManualClock;
  readonly service: ServiceTunnel;
  readonly peer: RawPeer;
}

/** `count` downloads begin and are cut by the user; the connector may not know it yet. Ids of their streams. */
async function cutDownloads({ clock, service, peer }: World, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    const cancel = never();
    const pending = ask(service, head, undefined, cancel);
    await clock.pass(seconds(0.001));
    const id = peer.of('request').at(-1)?.stream ?? 0;
    peer.send({ type: 'response', stream: id, status: 200, headers: [], first: undefined, end: false });
    await clock.pass(seconds(0.001));
    answered(await pending);
    cancel.cancel('user left');
    ids.push(id);
  }
  return ids;
}

const lastPing = (peer: RawPeer): number => peer.of('ping').at(-1)?.stamp ?? -1;

test('a pong to an ordinary ping proves nothing about streams that were cut after it', async () => {
  const world = await serviceAgainstRaw();
  const { clock, service, peer } = world;
  const early = await cutDownloads(world, 255);
  peer.send({ type: 'pong', stamp: lastPing(peer) });
  await clock.pass(seconds(1.5));
  const ordinary = lastPing(peer);
  const [last] = await cutDownloads(world, 1);
  await clock.pass(seconds(0.01));
  const barrier = lastPing(peer);
  assert.ok(barrier > ordinary, 'the 256th cut asks for a barrier');
  peer.send({ type: 'pong', stamp: ordinary }, data(last ?? 0), data(early[0] ?? 0));
  await clock.pass(seconds(0.01));
  assert.is(service.closeReason, undefined, 'the connector did not know of the cut');
  peer.send({ type: 'pong', stamp: barrier }, data(last ?? 0));
  await clock.pass(seconds(0.01));
  assert.match(service.closeReason?.detail ?? '', 'ERR_TUNNEL_CLOSED_STREAM');
});

test('a barrier in the very instant of an ordinary ping is told apart from it', async () => {
  const world = await serviceAgainstRaw();
  const { clock, service, peer, line } = world;
  await cutDownloads(world, 255);
  peer.send({ type: 'pong', stamp: lastPing(peer) });
  const cancel = never();
  const pending = ask(service, head, undefined, cancel);
  await clock.pass(seconds(0.001));
  const id = peer.of('request').at(-1)?.stream ?? 0;
  peer.send({ type: 'response', stream: id, status: 200, headers: [], first: undefined, end: false });
  await clock.pass(seconds(0.001));
  answered(await pending);
  const send = line.service.send.bind(line.service);
  line.service.send = (frame) => {
    const taken = send(frame);
    if (frame.type === 'ping') cancel.cancel('user left');
    return taken;
  };
  await clock.pass(seconds(1.5));
  const [ordinary, barrier] = peer.of('ping').slice(-2);
  assert.ok(ordinary !== undefined && barrier !== undefined && ordinary.stamp + 1 === barrier.stamp);
  peer.send({ type: 'pong', stamp: ordinary.stamp }, data(id));
  await clock.pass(seconds(0.01));
  assert.is(service.closeReason, undefined);
});

test('a barrier that could not be sent is not waited for: nothing is forgotten by the answer to another ping', async () => {
  const patient = { ...liveness, suspectAfter: undefined, deadAfter: undefined };
  const world = await serviceAgainstRaw(undefined, { liveness: patient });
  const { clock, service, peer } = world;
  await clock.pass(seconds(60));
  assert.is(peer.of('ping').length, 16, 'no more pings than that go unanswered');
  const ids = await cutDownloads(world, 300);
  assert.is(peer.of('ping').length, 16);
  peer.send({ type: 'pong', stamp: lastPing(peer) }, ...ids.map(data));
  await clock.pass(seconds(0.01));
  assert.is(service.closeReason, undefined);
  await cutDownloads(world, 1);
  await clock.pass(seconds(0.01));
  assert.is(peer.of('ping').length, 17, 'the next cut after the answer sends it');
  peer.send({ type: 'pong', stamp: lastPing(peer) }, data(ids[0] ?? 0));
  await clock.pass(seconds(0.01));
  assert.match(service.closeReason?.detail ?? '', 'ERR_TUNNEL_CLOSED_STREAM');
});

test.run();
