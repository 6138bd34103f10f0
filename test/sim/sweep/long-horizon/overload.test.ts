import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros, minutes, seconds } from '../../../../proxy/host/units.ts';
import type { Plan } from '../../../../sim/plan/plan.ts';
import { meanError } from '../../../../sim/statistics/interval.ts';
import { inProcess } from '../../../../sim/sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../../plan/small-plan.ts';

/**
 * Two connectors that carry 20 requests a second each, 24 come; one is gone from minute 8 to minute 32. All places are taken
 * only after some 150 s, and only then a sixth of the requests is lost.
 */
const plan = (replication: number): Plan => ({
  ...smallPlan,
  seed: 'overload',
  replication,
  horizon: minutes(40),
  topology: {
    ...smallPlan.topology,
    connectors: smallPlan.topology.connectors
      .slice(0, 2)
      .map((connector) => ({ ...connector, demand: micros(100_000), maxQueue: 200 })),
  },
  applications: [{ ...smallPlan.applications[0]!, preAuthentication: 'pass-through' }],
  workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 24 }],
  faults: [
    {
      id: 'crash',
      kind: 'connector crash',
      targets: ['connector/paris/1'],
      at: instant(minutes(8)),
      until: instant(minutes(32)),
      parameters: {},
      origin: 'schedule',
    },
  ],
  objectives: [],
});

test('a lasting overload: windows lose what every request loses, not what the first seconds show', async () => {
  const replications = 4;
  const [study] = await studyLongHorizon([{ axes: {}, plan }], inProcess(runVirtualJob), {
    ...longHorizonDefaults,
    confidence: 0.95,
    looks: [replications],
    precision: 0,
    stopWhenDecided: false,
  });
  const lost: number[] = [];
  for (let r = 0; r < replications; r++) {
    const { tally } = await runVirtualJob({ plan: plan(r), range: { from: 0, to: minutes(40) } });
    lost.push((tally.failed + tally.unknown) / tally.requests);
  }
  const brute = meanError(lost);
  const windows = 1 - study!.measurement.availability.value!;
  const error = Math.sqrt(brute.standardError * brute.standardError + study!.sharedVariance);
  console.log(`lost: brute force ${brute.mean} ± ${brute.standardError}, windows ${windows}, error of both ${error}`);
  assert.ok(brute.mean > 0.05, 'the plan does not overload');
  assert.ok(error < 0.1 * brute.mean, `too coarse: ${error}`);
  assert.ok(Math.abs(windows - brute.mean) < 4 * error, `${windows} against ${brute.mean} ± ${error}`);
  const stretch = longest(study!.course!, minutes(40) / 2);
  assert.ok(stretch !== undefined, 'the overload is one stretch for the most part');
  assert.ok(
    Math.abs(stretch!.lost / stretch!.requests - 1 / 6) < 0.02,
    `${stretch!.lost / stretch!.requests} lost in it`,
  );
});

const longest = <S extends { from: number; to: number }>(spans: readonly S[], around: number): S | undefined =>
  spans.find(({ from, to }) => from <= around && around < to && to - from > seconds(600));

test.run();
