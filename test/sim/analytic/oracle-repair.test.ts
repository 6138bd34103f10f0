import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { days, hours, instant, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { drawProcess } from '../../../sim/plan/draw-faults.ts';
import type { FaultProcess, Plan } from '../../../sim/plan/plan.ts';
import { inProcess } from '../../../sim/sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../plan/small-plan.ts';

const mtbf = hours(10);
const mttr = minutes(30);
const horizon = days(30);

function plan(count: number, replication: number): Plan {
  const connectors = Array.from({ length: count }, (_, i) => ({
    ...smallPlan.topology.connectors[0]!,
    id: `connector/paris/${i + 1}`,
    restartDelay: ms(100),
    reconnect: { base: ms(100), cap: seconds(1) },
  }));
  const faultProcesses = connectors.map(
    ({ id }): FaultProcess => ({
      id,
      origin: 'crash',
      meanUp: mtbf,
      meanDown: mttr,
      downDistribution: 'exponential',
      members: [{ kind: 'connector crash', targets: [id], choose: 'all', parameters: {} }],
    }),
  );
  const random = seededRandom('repair').fork(`${replication}`);
  return {
    ...smallPlan,
    seed: 'repair',
    replication,
    horizon,
    behaviour: hardened,
    topology: { ...smallPlan.topology, connectors },
    workloads: [{ ...smallPlan.workloads[0]!, users: 10, requestsPerSecond: 3 }],
    faultProcesses,
    faults: faultProcesses
      .flatMap((clock) => drawProcess(clock, random, horizon))
      .map((fault) => ({ ...fault, at: instant(fault.at) }))
      .sort((a, b) => a.at - b.at),
    outcome: { ...smallPlan.outcome, deadline: seconds(10) },
    objectives: [],
  };
}

/** Mean over [0, horizon) of the probability that all n are down, all up at 0: each is an independent two-state chain. */
function allDown(n: number): number {
  const q = mttr / (mtbf + mttr);
  const rate = 1 / mtbf + 1 / mttr;
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const down = q * -Math.expm1(-rate * ((i + 0.5) / steps) * horizon);
    let all = 1;
    for (let k = 0; k < n; k++) all *= down;
    sum += all;
  }
  return sum / steps;
}

for (const count of [1, 2]) {
  test(`${count} connectors of the real proxy that crash and are repaired match the closed form`, async () => {
    const cell = { axes: {}, plan: (replication: number) => plan(count, replication) };
    const [study] = await studyLongHorizon([cell], inProcess(runVirtualJob), {
      ...longHorizonDefaults,
      confidence: 0.99,
      looks: [100],
      precision: 0,
      stopWhenDecided: false,
    });
    const { interval, value } = study!.measurement.availability;
    const expected = allDown(count);
    console.log(`lost ${1 - value!}, 99 % [${1 - interval![1]}, ${1 - interval![0]}], closed form ${expected}`);
    assert.ok(1 - interval![1] <= expected && expected <= 1 - interval![0], 'closed form outside the interval');
    assert.ok(interval![1] - interval![0] < 0.4 * expected, 'too coarse to mean anything');
    assert.ok(Math.abs(study!.arithmetic!.independent / expected - 1) < 0.01, `${study!.arithmetic!.independent}`);
  });
}

test.run();
