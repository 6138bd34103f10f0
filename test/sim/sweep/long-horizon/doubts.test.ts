import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { days, hours, instant, minutes, seconds } from '../../../../proxy/host/units.ts';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import type { FaultProcess, Plan } from '../../../../sim/plan/plan.ts';
import { inProcess, type Job, type JobResult } from '../../../../sim/sweep/job.ts';
import { leastLoss } from '../../../../sim/sweep/long-horizon/doubts.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { catalogueRules } from '../../../../sim/sweep/long-horizon/window-rules.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const options = { ...longHorizonDefaults, confidence: 0.95, looks: [10], precision: 0, stopWhenDecided: false };
const objective = { name: 'a', kind: 'availability', basis: 'requests', limit: 0.9 } as const;

/** An hour in which one connector is gone from minute 10 to minute 50. */
const hour = (replication: number): Plan => ({
  ...smallPlan,
  replication,
  horizon: minutes(60),
  objectives: [objective],
  faults: [
    {
      id: 'crash',
      kind: 'connector crash',
      targets: ['connector/paris/1'],
      at: instant(minutes(10)),
      until: instant(minutes(50)),
      parameters: {},
      origin: 'schedule',
    },
  ],
});

/** Nothing is lost, and with a connector gone latency rises until `stationary` microseconds after the start. */
const slowToSettle = (jobs: Job[], stationary: number) =>
  inProcess(async (job): Promise<JobResult> => {
    jobs.push(job);
    const requests = Math.round((20 * (job.range.to - job.range.from)) / 1e6);
    const tally = { ...emptyTally, requests, ok: requests, time: { covered: 10, up: 10 } };
    const noise = ((Number(job.plan.seed.split('/').at(-1)) % 7) - 3) / 100;
    const half = (latency: number) => ({ requests: 100, lost: 0, latency: 100 * latency });
    const rise = job.plan.topology.connectors.length === 3 && job.range.from < stationary ? 5 : 0;
    return { tally, eventHash: '', halves: [half(20 + noise), half(20 + noise * 2 + rise)] };
  });

async function study(stationary: number) {
  const jobs: Job[] = [];
  const [result] = await studyLongHorizon([{ axes: {}, plan: hour }], slowToSettle(jobs, stationary), options);
  const warmUps = jobs
    .filter(({ halves, plan }) => halves === true && plan.topology.connectors.length === 3)
    .map(({ range }) => range.from);
  const windows = jobs.filter(({ halves }) => halves === undefined).map(({ range }) => range.to - range.from);
  return { result: result!, warmUps, windows };
}

test('samples that drift get twice the warm-up, and the windows before them twice the settling', async () => {
  const still = await study(0);
  assert.is(still.result.verdict, 'met');
  assert.is(new Set(still.warmUps).size, 1);
  const first = still.warmUps[0]!;
  const late = await study(3 * first);
  assert.is(late.result.verdict, 'met');
  assert.equal(
    [...new Set(late.warmUps)].sort((a, b) => a - b),
    [first, 2 * first, 4 * first],
  );
  const anew = late.windows.filter((length) => !still.windows.includes(length));
  assert.ok(
    anew.some((length) => length >= Math.min(...still.windows) + 2 * first),
    `cut anew: ${anew}`,
  );
});

test('a state that goes on drifting takes back a met', async () => {
  const { result, warmUps } = await study(Number.POSITIVE_INFINITY);
  assert.is(new Set(warmUps).size, 4);
  assert.is(result.verdict, 'inconclusive');
  assert.match(result.objectives[0]!.reason, /still not stationary/);
});

const clock = (target: string): FaultProcess => ({
  id: target,
  origin: 'random',
  meanUp: days(7),
  meanDown: hours(4),
  downDistribution: 'exponential',
  members: [{ kind: 'connector crash', targets: [target], choose: 'all', parameters: {} }],
});
/** Two connectors at 60 %, each gone for four hours a week. */
const tight = (replication: number): Plan => {
  const [one, two] = smallPlan.topology.connectors;
  const connectors = [one!, two!].map((connector) => ({ ...connector, demand: 100_000 as typeof connector.demand }));
  return {
    ...smallPlan,
    replication,
    horizon: days(30),
    topology: { ...smallPlan.topology, connectors },
    workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 24 }],
    objectives: [objective],
    faults: [{ ...hour(0).faults[0]!, at: instant(days(3)), until: instant(days(4)), origin: 'random' }],
    faultProcesses: connectors.map(({ id }) => clock(id)),
  };
};

test('independent failures lose at least what their arithmetic says, less the beginnings that queues absorb', async () => {
  const q = 4 / 172;
  const arithmetic = (2 * q * (1 - q)) / 6 + q * q;
  const least = await leastLoss(tight(0), catalogueRules);
  assert.ok(least > 0.85 * arithmetic && least < arithmetic, `${least} of ${arithmetic}`);
  const brief = tight(0).faultProcesses.map((process) => ({ ...process, meanDown: seconds(20) }));
  assert.is(await leastLoss({ ...tight(0), faultProcesses: brief }, catalogueRules), 0, 'all of it is absorbed');
  assert.is(await leastLoss(smallPlan, catalogueRules), 0, 'nothing random');
  assert.is(await leastLoss(hour(0), catalogueRules), 0, 'what is scheduled is no matter of chance');
  const both = { ...tight(0), faults: [...tight(0).faults, { ...hour(0).faults[0]!, until: instant(days(15)) }] };
  assert.is(await leastLoss(both, catalogueRules), least, 'nor beside something random');
});

test('a measured loss that lies below it takes back a met', async () => {
  const blind = slowToSettle([], 0);
  const [result] = await studyLongHorizon([{ axes: {}, plan: tight }], blind, { ...options, rareRequests: 1e6 });
  assert.is(result!.verdict, 'inconclusive');
  assert.match(result!.objectives[0]!.reason, /fail independently lose at least/);
});

test.run();
