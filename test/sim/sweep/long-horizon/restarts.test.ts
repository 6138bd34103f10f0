import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, minutes } from '../../../../proxy/host/units.ts';
import { type PartEffect, partEffects } from '../../../../sim/faults/part-effects.ts';
import type { Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import { inProcess } from '../../../../sim/sweep/job.ts';
import { endedByRestarts } from '../../../../sim/sweep/long-horizon/restarts.ts';
import { studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../../plan/small-plan.ts';
import { fewSamples } from './few-samples.ts';

const one = 'connector/paris/1';
const two = 'connector/paris/2';
const fault = (kind: string, targets: string[], from: number, to: number | null): PlannedFault => ({
  id: `${kind} ${from}`,
  kind,
  targets,
  at: instant(minutes(from)),
  until: to === null ? null : instant(minutes(to)),
  parameters: {},
  origin: 'schedule',
});

async function acting(...planned: PlannedFault[]) {
  const effects = new Map<PlannedFault, readonly PartEffect[]>();
  for (const each of planned) effects.set(each, await partEffects(smallPlan, each));
  return endedByRestarts(planned, (each) => effects.get(each)!)
    .filter(({ kind }) => kind === 'connector hang')
    .map(({ targets, until }) => [targets, until === null ? null : until / minutes(1)]);
}

test('a hang ends with the restart of the process it froze, and one of a dead process never begins', async () => {
  const hang = fault('connector hang', [one], 60, 300);
  assert.equal(await acting(hang), [[[one], 300]]);
  assert.equal(await acting(hang, fault('connector crash', [one], 120, 150)), [[[one], 150]]);
  assert.equal(await acting(fault('connector crash', [one], 30, 90), hang), [[[one], 90]]);
  assert.equal(await acting({ ...hang, until: null }, fault('connector crash', [one], 120, 150)), [[[one], 150]]);
});

test('crashes that overlap are one, and of several that do not the first counts', async () => {
  const hang = fault('connector hang', [one], 60, 300);
  const crash = (from: number, to: number) => fault('connector crash', [one], from, to);
  assert.equal(await acting(hang, crash(120, 150), crash(140, 170)), [[[one], 170]]);
  assert.equal(await acting(hang, crash(120, 150), crash(200, 220)), [[[one], 150]]);
});

test('what ends elsewhere, before or after it changes nothing', async () => {
  const hang = fault('connector hang', [one], 60, 300);
  assert.equal(await acting(hang, fault('connector crash', [two], 120, 150)), [[[one], 300]]);
  assert.equal(await acting(fault('connector crash', [one], 10, 20), hang), [[[one], 300]]);
  assert.equal(await acting(hang, fault('connector crash', [one], 290, 310)), [[[one], 300]]);
});

test('of several frozen processes only the one that is restarted goes on', async () => {
  const hang = fault('connector hang', [one, two], 60, 300);
  assert.equal(await acting(hang, fault('connector crash', [two], 120, 150)), [
    [[one], 300],
    [[two], 150],
  ]);
});

/** The only connector hangs for fifty minutes of eighty, and is restarted early in them. */
const plan = (replication: number): Plan => ({
  ...smallPlan,
  replication,
  horizon: minutes(80),
  topology: { ...smallPlan.topology, connectors: smallPlan.topology.connectors.slice(0, 1) },
  applications: [{ ...smallPlan.applications[0]!, preAuthentication: 'pass-through' }],
  workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 2 }],
  faults: [fault('connector hang', [one], 10, 60), fault('connector crash', [one], 20, 25)],
  objectives: [],
});

test('windows serve what every request is served after the restart', async () => {
  const { tally } = await runVirtualJob({ plan: plan(0), range: { from: 0, to: minutes(80) } });
  const truth = tally.ok / tally.requests;
  const [study] = await studyLongHorizon([{ axes: {}, plan }], inProcess(runVirtualJob), fewSamples);
  const { value } = study!.measurement.availability;
  assert.ok(Math.abs(value! - truth) < 0.01, `${value} against ${truth}`);
});

test.run();
