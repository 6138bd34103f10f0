import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Conn } from '../../../proxy/host/transport.ts';
import { instant, ms, seconds } from '../../../proxy/host/units.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { busyPlan } from './fault-cases.ts';
import { ping, SmallWorld } from './small-world.ts';

test('a peer that never reads is given up, however much is sent to it without waiting', async () => {
  const world = new SmallWorld();
  let sent = 0;
  let ended = '';
  const sleeper = world.part('sleeper', async (host) => {
    await host.net.listen('sleeper', (conn) => conn.onFrame(() => {}));
  });
  world.part('talker', async (host) => {
    const conn = await host.net.dial('sleeper');
    conn.onClose(({ cause, detail }) => {
      ended = `${cause} ${detail}`;
    });
    await host.clock.sleep(ms(100));
    while (ended === '' && sent < 1_000_000) {
      for (let i = 0; i < 1_000; i++) conn.send(ping(i));
      sent += 1_000;
      await host.clock.sleep(ms(1));
    }
  });
  world.at(90, () => sleeper.freeze());
  await world.run(2_000_000);
  assert.match(ended, /^lost ERR_TUNNEL_UNREAD/);
  assert.ok(sent < 250_000, `${sent} frames`);
});

test('a peer that reads late is not', async () => {
  const world = new SmallWorld();
  let got = 0;
  let ended = '';
  const sleeper = world.part('sleeper', async (host) => {
    await host.net.listen('sleeper', (conn) => {
      conn.onFrame(() => {
        got += 1;
      });
    });
  });
  world.part('talker', async (host) => {
    const conn: Conn = await host.net.dial('sleeper');
    conn.onClose(({ cause }) => {
      ended = cause;
    });
    await host.clock.sleep(ms(100));
    for (let nap = 0; nap < 3; nap++) {
      for (let i = 0; i < 100_000; i++) conn.send(ping(i));
      await host.clock.sleep(seconds(10));
    }
  });
  for (const nap of [0, 1, 2]) {
    world.at(90 + nap * 10_000, () => sleeper.freeze());
    world.at(5_000 + nap * 10_000, () => sleeper.thaw());
  }
  await world.run(40_000);
  assert.is(ended, '');
  assert.is(got, 300_000);
});

test('a connector frozen for ten minutes without detection is held no more than its sockets would take', async () => {
  const span = 600;
  const plan: Plan = {
    ...busyPlan,
    horizon: seconds(span + 20),
    behaviour: { ...busyPlan.behaviour, detection: { ...busyPlan.behaviour.detection, deadAfter: undefined } },
    outcome: { ...busyPlan.outcome, deadline: seconds(1) },
    workloads: busyPlan.workloads.map((workload) => ({ ...workload, requestsPerSecond: 400 })),
    faults: [
      {
        id: 'hang',
        kind: 'connector hang',
        targets: ['connector/paris/1'],
        at: instant(10e6),
        until: instant((span + 10) * 1e6),
        parameters: {},
        origin: 'schedule',
      },
    ],
  };
  const history = await runVirtualPlan(plan);
  const hit = history.events.find((event) => event.kind === 'fault-hit');
  const held = hit?.kind === 'fault-hit' ? hit.hits : Number.NaN;
  const tunnels = 4;
  const perTunnel = (256 * 1024) / 40;
  // beyond the mark: a reset for each request that had left before it, and pings
  assert.ok(held > 1_000 && held < 2 * tunnels * perTunnel, `${held} held`);
});

test.run();
