import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, minutes, seconds } from '../../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { lossesOf } from './losses.ts';

const plan: Plan = { ...smallPlan, horizon: minutes(2) };
const fault = (kind: string, target: string, from: number, to: number, parameters = {}): PlannedFault => ({
  id: `${kind} ${target}`,
  kind,
  targets: [target],
  at: instant(from * 1e6),
  until: instant(to * 1e6),
  parameters,
  origin: 'schedule',
});

test('without faults every request is served', async () => {
  const history = await runVirtualPlan(plan);
  assert.ok(history.requests.length > 2200 && history.requests.length < 2600, `${history.requests.length}`);
  assert.equal(lossesOf(history), {});
});

test('one plan, one hash: twice, and by both ways of draining', async () => {
  const hashes = new Set<string>();
  for (const drain of ['sync', 'immediates', 'auto'] as const) {
    hashes.add((await runVirtualPlan(plan, { drain })).eventHash);
  }
  assert.is(hashes.size, 1);
  assert.not((await runVirtualPlan({ ...plan, seed: 'other' })).eventHash === [...hashes][0]);
});

test('a crashed connector loses what it held, and nothing more while others live', async () => {
  const busy = plan.workloads.map((workload) => ({ ...workload, requestsPerSecond: 400 }));
  const faults = [fault('connector crash', 'connector/paris/1', 10, 15)];
  const history = await runVirtualPlan({ ...plan, horizon: seconds(20), workloads: busy, faults });
  const losses = lossesOf(history);
  assert.ok((losses['connector-lost'] ?? 0) >= 1, JSON.stringify(losses));
  assert.equal(Object.keys(losses), ['connector-lost']);
  assert.ok((losses['connector-lost'] ?? 0) <= 30);
});

test('with every connector down users get Gateway time-out after the wait, and service comes back', async () => {
  const history = await runVirtualPlan({
    ...plan,
    faults: plan.topology.connectors.map(({ id }) => fault('connector crash', id, 30, 70)),
  });
  const losses = lossesOf(history);
  assert.ok((losses['no-connector'] ?? 0) > 200, JSON.stringify(losses));
  assert.equal(lossesOf(history, 85, 120), {});
});

test.run();
