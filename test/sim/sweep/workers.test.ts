import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ObjectivePlan } from '../../../sim/plan/plan.ts';
import { studyEveryRequest } from '../../../sim/sweep/every-request.ts';
import { inProcess, type Workforce } from '../../../sim/sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../../../sim/sweep/long-horizon/study-long-horizon.ts';
import type { StudyOptions } from '../../../sim/sweep/study.ts';
import { workerPool } from '../../../sim/sweep/worker-pool.ts';
import { modelPlan, modelRules, simulateQueue } from './long-horizon/repairable-queue.ts';

const model = {
  servers: 2,
  places: 6,
  arrivalsPerSecond: 2,
  servicesPerSecond: 2,
  mtbfSeconds: 500,
  mttrSeconds: 100,
  horizonSeconds: 3_000,
};
const objective: ObjectivePlan = { name: 'a', kind: 'availability', basis: 'requests', limit: 0.95 };
const cells = [1, 2].map((servers) => ({
  axes: { servers },
  plan: (replication: number) => ({
    ...modelPlan({ ...model, servers }, 'workers', replication),
    objectives: [objective],
  }),
}));
const options: StudyOptions = { confidence: 0.95, looks: [10, 20, 40], precision: 0.2, stopWhenDecided: true };
const long = { ...longHorizonDefaults, ...options, rules: modelRules(20) };

const pool = (workers: number): Workforce => workerPool(new URL('./queue-worker.js', import.meta.url), workers);

test('every request: the same results with one worker, three workers, and none', async () => {
  const alone = await studyEveryRequest(cells, inProcess(simulateQueue), options);
  for (const workers of [1, 3]) {
    const workforce = pool(workers);
    assert.equal(await studyEveryRequest(cells, workforce, options), alone);
    await workforce.close();
  }
  assert.is(alone.length, 2);
  assert.is(alone[0]?.verdict, 'missed');
  assert.not.equal(alone[0]?.eventHash, alone[1]?.eventHash);
});

test('long horizon: the same results with three workers and none', async () => {
  const alone = await studyLongHorizon(cells, inProcess(simulateQueue), long);
  const workforce = pool(3);
  assert.equal(
    (await studyLongHorizon(cells, workforce, long)).map(({ measurement, eventHash }) => ({ measurement, eventHash })),
    alone.map(({ measurement, eventHash }) => ({ measurement, eventHash })),
  );
  await workforce.close();
});

test('a cell stops at the look at which it is precise or decided', async () => {
  const [one] = await studyEveryRequest(cells, inProcess(simulateQueue), options);
  assert.ok(one!.stopReason === 'precision' || one!.stopReason === 'decided', one!.stopReason);
  assert.ok(one!.n < 40);
  const [fixed] = await studyEveryRequest(cells, inProcess(simulateQueue), { ...options, looks: [5] });
  assert.equal([fixed!.stopReason, fixed!.n], ['fixed', 5]);
  const stubborn = { ...options, precision: 0.001, stopWhenDecided: false };
  const [capped] = await studyEveryRequest(cells, inProcess(simulateQueue), stubborn);
  assert.equal([capped!.stopReason, capped!.n], ['budget', 40]);
});

test('an interrupted study gives what it has', async () => {
  let asked = 0;
  const [one] = await studyEveryRequest(cells, inProcess(simulateQueue), {
    ...options,
    interrupted: () => asked++ >= 8,
  });
  assert.equal([one!.stopReason, one!.n], ['interrupted', 4]);
});

test('an interrupted long horizon keeps the last whole look of every cell, as it was', async () => {
  const stubborn = { ...long, precision: 0.001, stopWhenDecided: false };
  let look = 0;
  const cut = await studyLongHorizon(cells, inProcess(simulateQueue), {
    ...stubborn,
    onProgress: (progress) => {
      look = progress.look;
    },
    interrupted: () => look === 1,
  });
  assert.equal(
    cut.map(({ stopReason, n }) => [stopReason, n]),
    cells.map(() => ['interrupted', 10]),
  );
  const first = await studyLongHorizon(cells, inProcess(simulateQueue), { ...stubborn, looks: [10] });
  const shown = (studies: typeof first) =>
    studies.map(({ measurement, eventHash, perReplication }) => ({ measurement, eventHash, perReplication }));
  assert.equal(shown(cut), shown(first));
  const none = await studyLongHorizon(cells, inProcess(simulateQueue), { ...stubborn, interrupted: () => true });
  assert.equal(none, [], 'in its first look there is none');
});

test('an interrupt ends threads in the middle of a job that would never end', async () => {
  const stop = new AbortController();
  const workforce = workerPool(new URL('./endless-worker.js', import.meta.url), 2, stop.signal);
  const jobs = cells.map(({ plan }) => ({ plan: plan(0), range: { from: 0, to: 1 } }));
  const running = workforce.run(jobs, { interrupted: () => stop.signal.aborted });
  setImmediate(() => stop.abort());
  assert.equal(await running, []);
  await workforce.close();
});

test('an error of a job ends the study with that error', async () => {
  const failing = inProcess(async () => {
    throw new Error('engine broke');
  });
  await studyEveryRequest(cells, failing, options).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'engine broke'),
  );
});

test.run();
