import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, instant, minutes } from '../../../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import { inProcess } from '../../../../sim/sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const slow = (id: string, from: number, to: number): PlannedFault => ({
  id,
  kind: 'connector slow',
  targets: ['connector/paris/1'],
  at: instant(minutes(from)),
  until: instant(minutes(to)),
  parameters: { factor: 4 },
  origin: 'schedule',
});

/** A connector that is slow twice in three hours, for half an hour and for an hour. */
const plan = (replication: number): Plan => ({
  ...smallPlan,
  replication,
  horizon: hours(3),
  applications: [{ ...smallPlan.applications[0]!, preAuthentication: 'pass-through' }],
  workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 5 }],
  faults: [slow('a', 20, 50), slow('b', 90, 150)],
  objectives: [],
});

test('a fault occurs as often as it was drawn, however many windows it lasts through', async () => {
  const [study] = await studyLongHorizon([{ axes: {}, plan }], inProcess(runVirtualJob), {
    ...longHorizonDefaults,
    confidence: 0.95,
    looks: [3],
    precision: 0,
    stopWhenDecided: false,
    rareRequests: 1000,
  });
  const [hits, ...others] = study!.measurement.faultHits;
  assert.is(others.length, 0);
  assert.is(hits!.fault, 'connector slow on connector/paris/1');
  // Windows are scaled to the requests they send on average.
  assert.ok(Math.abs(hits!.occurrences - 6) < 1, `${hits!.occurrences}`);
  assert.is(hits!.hit, hits!.occurrences);
});

test.run();
