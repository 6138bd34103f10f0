import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, minutes } from '../../../proxy/host/units.ts';
import { FaultScheduler } from '../../../sim/faults/scheduler.ts';
import { faultTimeline } from '../../../sim/faults/timeline.ts';
import type { PlannedFault } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { recordedWorld } from './recorded-world.ts';

const fault = (id: string, at: number, until: number | null, more: Partial<PlannedFault> = {}): PlannedFault => ({
  id,
  kind: 'connector crash',
  targets: ['connector/paris/1'],
  at: instant(at),
  until: until === null ? null : instant(until),
  parameters: {},
  origin: 'schedule',
  ...more,
});
const now = () => instant(7);

async function play(faults: PlannedFault[], world = recordedWorld()) {
  const plan = { ...smallPlan, faults };
  const scheduler = new FaultScheduler(world, plan);
  for (const action of faultTimeline(plan)) {
    await scheduler.apply(action, now);
    world.touch();
  }
  return { world, scheduler };
}

test('a part that is killed by two overlapping faults comes back when both are over', async () => {
  const { world } = await play([fault('a', 0, 20), fault('b', 10, 30)]);
  assert.equal(world.calls, ['+kill connector/paris/1', '-kill connector/paris/1']);
});

test('of two modes of the token service the graver holds, and the lighter returns', async () => {
  const { world } = await play([
    fault('a', 0, 40, { kind: 'token slow', parameters: { by: 1000 } }),
    fault('b', 10, 20, { kind: 'token outage' }),
  ]);
  assert.equal(world.calls, [
    '+token-service slow 1000',
    '-token-service slow 1000',
    '+token-service outage',
    '-token-service outage',
    '+token-service slow 1000',
    '-token-service slow 1000',
  ]);
});

test('a token service is slow and fails at once: a few errors never heal a long wait', async () => {
  const { world } = await play([
    fault('a', 0, 40, { kind: 'token slow', parameters: { by: 60_000 } }),
    fault('b', 10, 20, { kind: 'token errors', parameters: { rate: 0.01, status: 503, retryAfter: 0 } }),
  ]);
  assert.equal(world.calls, [
    '+token-service slow 60000',
    '+token-service errors 0.01 503',
    '-token-service errors 0.01 503',
    '-token-service slow 60000',
  ]);
});

test('of two slow backends the slower holds, however they lie in time, each with its own numbers', async () => {
  const slow = (id: string, at: number, until: number, by: number) =>
    fault(id, at, until, { kind: 'backend slow', targets: ['application/shop'], parameters: { by } });
  const told = async (...faults: PlannedFault[]) =>
    (await play(faults)).world.calls.map((call) => call.replace('backend shop slow ', ''));
  // the graver comes later, and outlasts the lighter one
  assert.equal(await told(slow('a', 0, 20, 100), slow('b', 10, 30, 60_000)), ['+100', '-100', '+60000', '-60000']);
  // the graver came first: the lighter one has its own numbers once it is alone
  assert.equal(await told(slow('a', 0, 20, 60_000), slow('b', 10, 30, 100)), ['+60000', '-60000', '+100', '-100']);
  assert.equal(await told(slow('a', 0, 20, 100), slow('b', 10, 30, 100)), ['+100', '-100'], 'equal ones are one');
});

test('of two brown-outs of the token service the one that fails more often holds', async () => {
  const errors = (id: string, at: number, until: number, rate: number, status: number) =>
    fault(id, at, until, { kind: 'token errors', parameters: { rate, status, retryAfter: 0 } });
  const { world } = await play([
    errors('a', 0, 20, 1, 503),
    errors('b', 10, 40, 0.01, 503),
    errors('c', 30, 50, 0.01, 429),
  ]);
  assert.equal(
    world.calls.map((call) => call.replace('token-service errors ', '')),
    ['+1 503', '-1 503', '+0.01 503', '-0.01 503', '+0.01 429', '-0.01 429'],
  );
});

test('an effect counts for every fault that wanted it', async () => {
  const { scheduler } = await play([fault('a', 0, 30), fault('b', 10, 20)]);
  assert.equal([...scheduler.hits()].sort(), [
    ['a', 3],
    ['b', 1],
  ]);
});

test('a fault that outlives the run reports its hits and is healed, without an end', async () => {
  const { world, scheduler } = await play([fault('a', 0, null)]);
  assert.equal(scheduler.running, ['a']);
  assert.equal(await scheduler.finish(now), [{ kind: 'fault-hit', at: 7, fault: 'a', hits: 1 }]);
  assert.equal([...world.active], []);
  assert.equal(scheduler.running, []);
});

test('a fault that cannot start on its second target leaves nothing behind', async () => {
  const world = recordedWorld();
  world.failOn = 'paris/2';
  const plan = { ...smallPlan, faults: [fault('a', 0, 10, { targets: ['connector/paris/1', 'connector/paris/2'] })] };
  const scheduler = new FaultScheduler(world, plan);
  let failed = false;
  await scheduler.apply(faultTimeline(plan)[0]!, now).catch(() => {
    failed = true;
  });
  assert.ok(failed);
  assert.equal([...world.active], []);
  assert.equal(scheduler.running, []);
});

test('what cannot be healed is named as residue, and the rest is healed all the same', async () => {
  const world = recordedWorld();
  world.failHealOn = 'paris/1';
  const { scheduler } = await play(
    [fault('a', 0, null), fault('b', minutes(1), null, { targets: ['connector/lyon/1'] })],
    world,
  );
  let told = '';
  await scheduler.finish(now).catch((error) => {
    told = `${error.code}: ${error.message}`;
  });
  assert.match(told, /^ERR_HEAL: 1 of 2 fault effects could not be removed, the first because .+/);
  assert.equal(scheduler.running, ['a']);
  assert.equal([...world.active], ['kill connector/paris/1']);
});

test.run();
