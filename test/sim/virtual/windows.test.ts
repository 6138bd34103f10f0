import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, minutes, seconds } from '../../../proxy/host/units.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { busyPlan, planned } from './fault-cases.ts';
import { lossesOf } from './losses.ts';

test('a window records exactly the requests of the whole run that arrive in it', async () => {
  const plan = { ...smallPlan, horizon: minutes(3) };
  const whole = await runVirtualPlan(plan);
  const window = await runVirtualPlan(plan, {
    from: instant(100e6),
    to: instant(130e6),
    warmUp: seconds(5),
  });
  const startsOf = (from: number, to: number): number[] =>
    Array.from(whole.requests.start)
      .filter((at) => at >= from && at < to)
      .sort((a, b) => a - b);
  assert.equal(
    Array.from(window.requests.start).sort((a, b) => a - b),
    startsOf(100e6, 130e6),
  );
  assert.is(window.endedAt, 130e6);
  assert.equal(lossesOf(window), {});
});

test('a fault that began before the window is in force in it, and ends inside it', async () => {
  const faults = [planned('backend down', ['application/shop'])];
  const window = await runVirtualPlan({ ...busyPlan, faults }, { from: instant(30e6), to: instant(50e6) });
  const losses = lossesOf(window, 30, 39);
  assert.ok((losses['backend-unreachable'] ?? 0) > 800, JSON.stringify(losses));
  assert.equal(lossesOf(window, 41, 50), {});
  assert.equal(
    window.events.filter(({ kind }) => kind !== 'part-state').map(({ kind, at }) => [kind, at]),
    [
      ['fault-start', 30e6],
      ['fault-hit', 40e6],
      ['fault-end', 40e6],
    ],
  );
});

test('a window without requests costs little and ends', async () => {
  const none = await runVirtualPlan(smallPlan, { from: instant(10e6), to: instant(10e6) });
  assert.is(none.requests.length, 0);
});

test('every request of a run is decided, also those still open at its end', async () => {
  const faults = [
    planned(
      'connector hang',
      busyPlan.topology.connectors.map(({ id }) => id),
    ),
  ];
  const history = await runVirtualPlan({ ...busyPlan, faults }, { to: instant(30e6) });
  const sent = Number(history.notes['requests']);
  assert.is(history.requests.length, sent);
  assert.is(lossesOf(history)['undecided'], undefined);
  assert.ok(Array.from(history.requests.end).some((at) => at > 30e6));
});

test('a plan read from JSON in another process has the same hash there', async () => {
  const plan = { ...busyPlan, horizon: seconds(45), faults: [planned('connector crash', ['connector/paris/1'])] };
  const script = fileURLToPath(new URL('./run-command.js', import.meta.url));
  const child = promisify(execFile)(process.execPath, [script, JSON.stringify(plan)]);
  const here = await runVirtualPlan(plan);
  assert.is((await child).stdout.trim(), `${here.planDigest} ${here.eventHash} ${here.requests.length}`);
});

test.run();
