import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { meanError, studentInterval } from '../../../../sim/statistics/interval.ts';
import { inProcess } from '../../../../sim/sweep/job.ts';
import {
  type LongHorizonOptions,
  longHorizonDefaults,
  studyLongHorizon,
} from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';
import { modelPlan, modelRules, modelUnavailability, type QueueModel, simulateQueue } from './repairable-queue.ts';

const model: QueueModel = {
  servers: 2,
  places: 6,
  arrivalsPerSecond: 2,
  servicesPerSecond: 2,
  mtbfSeconds: 2_000,
  mttrSeconds: 200,
  horizonSeconds: 40_000,
};
const options: LongHorizonOptions = {
  ...longHorizonDefaults,
  confidence: 0.95,
  looks: [15],
  precision: 0,
  stopWhenDecided: false,
  stretchWindows: { asPlanned: 200, other: 200 },
  rules: modelRules(20),
};

const cellOf = (of: QueueModel, study: string) => ({
  axes: {},
  plan: (replication: number) => modelPlan(of, study, replication),
});
const contains = (interval: readonly [number, number] | null, value: number): boolean =>
  interval !== null && interval[0] <= value && value <= interval[1];

test('intervals of the long-horizon path cover the closed form in 93 to 97 % of 1,000 studies', async () => {
  const truth = modelUnavailability(model);
  const studies = 1000;
  let covered = 0;
  let coveredByHistoriesAlone = 0;
  let sum = 0;
  for (let study = 0; study < studies; study++) {
    const [result] = await studyLongHorizon([cellOf(model, `study ${study}`)], inProcess(simulateQueue), options);
    const { value, interval } = result!.measurement.availability;
    sum += 1 - value!;
    if (contains(interval, 1 - truth)) covered++;
    if (contains(studentInterval(meanError(result!.perReplication.map((lost) => lost!)), 0.95), truth))
      coveredByHistoriesAlone++;
  }
  console.log(
    `covered ${covered} of ${studies}, ${coveredByHistoriesAlone} without the shared error;`,
    `mean unavailability ${sum / studies}, closed form ${truth}`,
  );
  assert.ok(covered / studies >= 0.93 && covered / studies <= 0.97, `covered ${covered} of ${studies}`);
  assert.ok(coveredByHistoriesAlone < covered - 50, `${coveredByHistoriesAlone} even without the shared error`);
});

test('brute force on the same histories agrees, at rates so high that most changes share a window', async () => {
  const dense: QueueModel = { ...model, mtbfSeconds: 300, mttrSeconds: 60, horizonSeconds: 4_000 };
  const replications = 200;
  const cell = cellOf(dense, 'dense');
  const study = { ...options, looks: [replications], minWindows: 400, pilotWindows: 400 };
  const [result] = await studyLongHorizon([cell], inProcess(simulateQueue), study);
  const differences: number[] = [];
  for (let r = 0; r < replications; r++) {
    const plan = cell.plan(r);
    const { tally } = await simulateQueue({ plan, range: { from: 0, to: plan.horizon } });
    differences.push(tally.failed / tally.requests - result!.perReplication[r]!);
  }
  const { mean, standardError } = meanError(differences);
  const error = Math.sqrt(standardError * standardError + result!.sharedVariance);
  console.log(`brute force minus windows: ${mean} ± ${error} (unavailability ${modelUnavailability(dense)})`);
  assert.ok(Math.abs(mean) < 3 * error, `${mean} against an error of ${error}`);
  assert.ok(error < 0.02 * modelUnavailability(dense), 'the comparison is too coarse to mean anything');
});

test('leaving the settling time out is found by the same comparison', async () => {
  const dense: QueueModel = { ...model, mtbfSeconds: 300, mttrSeconds: 60, horizonSeconds: 4_000 };
  const truth = modelUnavailability(dense);
  const study = { ...options, looks: [400], minWindows: 400, pilotWindows: 400, rules: modelRules(0) };
  const [result] = await studyLongHorizon([cellOf(dense, 'hasty')], inProcess(simulateQueue), study);
  assert.not(contains(result!.measurement.availability.interval, 1 - truth));
});

test.run();
