import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../../proxy/host/random.ts';
import { instant, minutes } from '../../../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import { meanError } from '../../../../sim/statistics/interval.ts';
import { inProcess } from '../../../../sim/sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../../plan/small-plan.ts';

/** Crashes and site losses at rates far beyond any real ones, so that a few hours of brute force see many. */
function plan(replication: number): Plan {
  const horizon = minutes(60);
  const root = seededRandom('real').fork(`${replication}`);
  const draw = (kind: string, target: string, up: number, down: number): PlannedFault[] => {
    const random = root.fork(`${kind} ${target}`);
    const drawn: PlannedFault[] = [];
    for (let at = 0; ; ) {
      at += Math.round(random.exponential(minutes(up)));
      const until = at + Math.round(random.exponential(minutes(down)));
      if (at >= horizon) return drawn;
      const id = `${kind} ${target} ${drawn.length}`;
      drawn.push({ id, kind, targets: [target], at: instant(at), until: instant(until), parameters: {}, origin: 'r' });
      at = until;
    }
  };
  const faults = [
    ...smallPlan.topology.connectors.flatMap(({ id }) => draw('connector crash', id, 12, 5)),
    ...smallPlan.topology.sites.flatMap(({ id }) => draw('site loss', `site/${id}`, 40, 4)),
  ];
  return {
    ...smallPlan,
    seed: 'real',
    replication,
    horizon,
    faults: faults.sort((a, b) => a.at - b.at),
    workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 5 }],
    outcome: { ...smallPlan.outcome, minRequests: 5 },
    objectives: [],
  };
}

test('windows of the real proxy and brute force on the same histories agree', async () => {
  const replications = 16;
  const [study] = await studyLongHorizon([{ axes: {}, plan }], inProcess(runVirtualJob), {
    ...longHorizonDefaults,
    confidence: 0.95,
    looks: [replications],
    precision: 0,
    stopWhenDecided: false,
  });
  const requests: number[] = [];
  const time: number[] = [];
  let brute = 0;
  for (let r = 0; r < replications; r++) {
    const { tally } = await runVirtualJob({ plan: plan(r), range: { from: 0, to: minutes(60) } });
    const lost = (tally.failed + tally.unknown) / tally.requests;
    requests.push(lost - study!.perReplication[r]!);
    time.push(1 - tally.time.up / tally.time.covered);
    brute += lost / replications;
  }
  const difference = meanError(requests);
  const error = Math.sqrt(difference.standardError * difference.standardError + study!.sharedVariance);
  const windowsTime = 1 - study!.measurement.timeAvailability.value!;
  const bruteTime = meanError(time).mean;
  console.log(`requests lost: brute force ${brute}, difference ${difference.mean} ± ${error}`);
  console.log(`time lost: brute force ${bruteTime}, windows ${windowsTime}; notes: ${study!.notes[0]}`);
  assert.ok(Math.abs(difference.mean) < 3 * error + 0.01 * brute, `${difference.mean} against ${error}`);
  assert.ok(error < 0.1 * brute, `too coarse: ${error} of ${brute}`);
  assert.ok(Math.abs(windowsTime - bruteTime) < 0.1 * bruteTime, `${windowsTime} against ${bruteTime}`);
});

test.run();
