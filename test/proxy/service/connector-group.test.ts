import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import type { ServiceTunnel } from '../../../proxy/protocol/tunnel.ts';
import { ConnectorGroup, type Reservation } from '../../../proxy/service/connector-group.ts';
import { RegisteredConnector } from '../../../proxy/service/registered-connector.ts';
import { ManualClock } from '../manual-clock.ts';
import { manualHost } from '../manual-host.ts';

const cancel = new CancelSource();
const clock = new ManualClock();

function connector(id: string, maxStreams: number, state = 'open'): RegisteredConnector {
  const tunnel = { connectorId: id, bootNonce: '', generation: 1, maxStreams, state } as unknown as ServiceTunnel;
  const registered = new RegisteredConnector('g', tunnel, clock.now());
  registered.tunnels.push(tunnel);
  return registered;
}

function group(...connectors: RegisteredConnector[]): ConnectorGroup {
  const made = new ConnectorGroup(manualHost(clock), 'g', {
    ...hardened,
    queue: { perApplication: 2, timeout: ms(500) },
  });
  for (const one of connectors) made.add(one);
  return made;
}

/** The connector that is reserved at once. */
function now(reservation: Reservation | Promise<Reservation>): RegisteredConnector {
  if (reservation instanceof Promise || reservation.kind === 'none') throw new Error('not at once');
  return reservation.connector;
}

const settled = async (reservation: Reservation | Promise<Reservation>): Promise<string> => {
  const got = await reservation;
  return got.kind === 'none' ? got.cause : got.connector.id;
};

test('a connector that turned a request away gets no more than it has, others get all', () => {
  const full = connector('full', 100);
  const idle = connector('idle', 100);
  const both = group(full, idle);
  while (full.inFlight < 3) now(both.reserve('a', idle, cancel));
  both.turnedAway(full);
  assert.is(full.inFlight, 2);
  for (let i = 0; i < 50; i++) assert.is(now(both.reserve('a', undefined, cancel)), idle);
  both.release(full);
  while (full.inFlight < 2) now(both.reserve('a', idle, cancel));
  assert.is(now(both.reserve('a', idle, cancel)), idle, 'as many as before, not more');
});

test('where all turn requests away the next ones wait, for a place that falls free or for time to pass', async () => {
  const only = connector('only', 10);
  const one = group(only);
  now(one.reserve('a', undefined, cancel));
  now(one.reserve('a', undefined, cancel));
  one.turnedAway(only);
  const first = one.reserve('a', undefined, cancel);
  assert.instance(first, Promise);
  one.release(only);
  assert.is(await settled(first), 'only', 'its place fell free');
  one.turnedAway(only);
  const second = one.reserve('a', undefined, cancel);
  await clock.pass(ms(100));
  assert.is(await settled(second), 'only', 'tried again, one at a time');
  await clock.pass(seconds(10));
  assert.is(only.limit, 10, 'nothing is held against it for ever');
  assert.is(clock.pending, 0);
});

test('applications of one group wait in queues of their own and are served in turn', async () => {
  const only = connector('only', 1);
  const one = group(only);
  now(one.reserve('slow', undefined, cancel));
  const slow = [1, 2, 3].map(() => settled(one.reserve('slow', undefined, cancel)));
  const other = settled(one.reserve('other', undefined, cancel));
  assert.is(await slow[2], 'overload', 'its queue is full');
  const served: string[] = [];
  for (const [n, wait] of slow.slice(0, 2).entries()) void wait.then((id) => served.push(`slow ${n} ${id}`));
  void other.then((id) => served.push(`other ${id}`));
  one.release(only);
  await clock.pass(1);
  one.release(only);
  await clock.pass(1);
  one.release(only);
  await clock.pass(1);
  // a queue more than half full gives its newest first
  assert.equal(served, ['slow 1 only', 'other only', 'slow 0 only']);
});

test('who waits is not woken with the connector it avoids, nor with one that lost its way to the application', async () => {
  for (const lost of [false, true]) {
    const bad = connector('bad', 1);
    const good = connector('good', 1);
    const both = group(bad, good);
    now(both.reserve('a', good, cancel));
    now(both.reserve('a', bad, cancel));
    if (lost) for (let i = 0; i < 5; i++) both.routes('a').failed('bad', clock.now());
    const waiting = settled(both.reserve('a', lost ? undefined : bad, cancel));
    // both fall free in one turn of a third party: nobody looks before both are there
    bad.inFlight = 0;
    good.inFlight = 0;
    both.changed();
    assert.is(await waiting, 'good');
  }
});

test('an instance that leaves lets nobody wait once no tunnel takes work', async () => {
  const only = connector('only', 1);
  const one = group(only);
  now(one.reserve('a', undefined, cancel));
  const waiting = settled(one.reserve('a', undefined, cancel));
  one.leave();
  (only.tunnels[0] as { state: string }).state = 'draining';
  one.changed();
  assert.is(await waiting, 'cancelled');
  assert.is(await settled(one.reserve('a', undefined, cancel)), 'cancelled');
});

test.run();
