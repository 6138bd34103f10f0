import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros, minutes, seconds } from '../../../../proxy/host/units.ts';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import type { Plan } from '../../../../sim/plan/plan.ts';
import { inProcess, type Job, type JobResult } from '../../../../sim/sweep/job.ts';
import { excessAtEnd } from '../../../../sim/sweep/long-horizon/loose-ends.ts';
import { studyLongHorizon } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { runVirtualJob } from '../../../../sim/sweep/virtual-job.ts';
import { smallPlan } from '../../plan/small-plan.ts';
import { fewSamples } from './few-samples.ts';

const part = (requests: number, lost: number) => ({ requests, lost, latency: 0 });
const samples = (count: number, lost: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => part(100, lost(i)));
const state = (count: number, lost: (i: number) => number) =>
  samples(2 * count, lost).flatMap((half, i, all) => (i % 2 === 0 ? [[half, all[i + 1]!] as const] : []));

test('ends that lose what their state loses are fine, and so are a few requests by chance', () => {
  assert.is(
    excessAtEnd(
      samples(20, (i) => i % 3),
      state(10, (i) => i % 3),
      1,
    ),
    0,
  );
  assert.is(
    excessAtEnd(
      samples(3, () => 5),
      state(8, () => 0),
      1,
    ),
    0,
  );
  assert.is(
    excessAtEnd(
      [],
      state(8, () => 0),
      1,
    ),
    0,
    'no samples',
  );
});

test('one end in twenty that is lost altogether is seen, however clean the others are', () => {
  const excess = excessAtEnd(
    samples(20, (i) => (i === 7 ? 98 : 0)),
    state(8, () => 0),
    30,
  );
  assert.ok(Math.abs(excess - 0.049) < 1e-9, `${excess}`);
});

test('so is a small loss that all of them share', () => {
  const excess = excessAtEnd(
    samples(30, (i) => 2 + (i % 3)),
    state(10, (i) => i % 2),
    10,
  );
  assert.ok(Math.abs(excess - 0.025) < 1e-9, `${excess}`);
});

const objective = { name: 'a', kind: 'availability', basis: 'requests', limit: 0.5 } as const;

/** Forty minutes; a connector is gone from minute 10 to 15. */
const brief = (replication: number): Plan => ({
  ...smallPlan,
  replication,
  horizon: minutes(40),
  objectives: [objective],
  faults: [
    {
      id: 'crash',
      kind: 'connector crash',
      targets: ['connector/paris/1'],
      at: instant(minutes(10)),
      until: instant(minutes(15)),
      parameters: {},
      origin: 'schedule',
    },
  ],
});

/** Windows that end in the return of a connector lose all of their last requests unless they are `enough` long. */
const slowEnds = (jobs: Job[], enough: number) =>
  inProcess(async (job): Promise<JobResult> => {
    jobs.push(job);
    const span = job.range.to - job.range.from;
    const requests = Math.round((20 * span) / 1e6);
    const tally = { ...emptyTally, requests, ok: requests, time: { covered: 10, up: 10 } };
    const returns = job.plan.faults.some(({ until }) => until !== null);
    if (job.tail === undefined) return { tally, eventHash: '', halves: [part(100, 0), part(100, 0)] };
    return { tally, eventHash: '', tail: part(200, returns && span < enough ? 190 : 0) };
  });

async function study(enough: number) {
  const jobs: Job[] = [];
  const [result] = await studyLongHorizon([{ axes: {}, plan: brief }], slowEnds(jobs, enough), fewSamples);
  const returns = jobs.filter(({ plan, tail }) => tail !== undefined && plan.faults[0]?.until !== null);
  return { result: result!, lengths: [...new Set(returns.map(({ range }) => range.to - range.from))] };
}

test('windows that end worse than the state after them become longer, and count as long as they had to be', async () => {
  const fine = await study(0);
  assert.is(fine.result.verdict, 'met');
  assert.is(fine.lengths.length, 1);
  const first = fine.lengths[0]!;
  const late = await study(3 * first);
  assert.is(late.result.verdict, 'met');
  assert.ok(late.lengths.at(-1)! >= 3 * first, `${late.lengths}`);
  assert.equal(late.result.evidence.doubts, []);
  assert.is(late.result.evidence.unseenTime, 0);
});

test('where they never end in it there is no met, and the interval holds what might go on', async () => {
  const { result, lengths } = await study(Number.POSITIVE_INFINITY);
  assert.ok(lengths.length <= 4, `${lengths}`);
  assert.is(result.verdict, 'inconclusive');
  assert.match(result.evidence.doubts.join(), /overload that feeds itself/);
  assert.match(result.notes.join(), /overload may feed itself/);
  assert.ok(result.measurement.availability.interval![0] < 0.75, `${result.measurement.availability.interval}`);
});

/** Two connectors that carry ten requests a second each, twelve come, and clients try four times. */
const feedsItself = (replication: number): Plan => ({
  ...brief(replication),
  seed: 'feeds itself',
  horizon: minutes(25),
  faults: [{ ...brief(0).faults[0]!, at: instant(minutes(4)), until: instant(minutes(7)) }],
  topology: {
    ...smallPlan.topology,
    connectors: smallPlan.topology.connectors
      .slice(0, 2)
      .map((connector) => ({ ...connector, demand: micros(200_000), maxQueue: 100 })),
  },
  applications: [{ ...smallPlan.applications[0]!, preAuthentication: 'pass-through', backendTimeout: seconds(1) }],
  workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond: 12, clientRetries: 3 }],
});

test('an overload that outlives its fault by retries is never met by its windows', async () => {
  const { tally } = await runVirtualJob({ plan: feedsItself(0), range: { from: 0, to: minutes(25) } });
  const truth = tally.ok / tally.requests;
  assert.ok(truth < 0.4, `it comes back: ${truth} served`);
  const [result] = await studyLongHorizon([{ axes: {}, plan: feedsItself }], inProcess(runVirtualJob), fewSamples);
  const { value, interval } = result!.measurement.availability;
  console.log(`every request: ${truth} served; windows: ${value} in [${interval}]`);
  assert.is.not(result!.verdict, 'met');
  assert.ok(interval![0] <= truth, `${interval} excludes it`);
});

test.run();
