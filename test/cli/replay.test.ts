import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, start, temporaryFolder } from './holdfast.ts';

const out = temporaryFolder();
const planFile = path.join(out, 'met/plan.json');

interface StoredPlan {
  record: { seed: string; scenario: { run: Record<string, unknown> } };
  plans: Array<{ workloads: Array<{ requestsPerSecond: number }> }>;
}

const resultFile = path.join(out, 'met/result.json');
let written: { readonly plan: string; readonly result: string } | undefined;

/** A run of its own, made once; later calls put its files back as they were written. */
async function recorded(): Promise<StoredPlan> {
  if (written === undefined) {
    assert.is((await holdfast(['run', scenario('met.yaml'), '--out', out])).code, 0);
    written = { plan: readFileSync(planFile, 'utf8'), result: readFileSync(resultFile, 'utf8') };
  }
  writeFileSync(planFile, written.plan);
  writeFileSync(resultFile, written.result);
  return JSON.parse(written.plan) as StoredPlan;
}

test('in another process, with another number of workers: identical, exit 0', async () => {
  await recorded();
  for (const workers of ['1', '2']) {
    const { code, stdout } = await holdfast(['replay', path.join(out, 'met'), '--workers', workers]);
    assert.is(code, 0);
    assert.match(stdout, 'identical to the recorded run: yes');
  }
});

test('a rarely used application, some of whose replications send nothing, can be replayed and kept as a baseline', async () => {
  const ran = await holdfast(['run', scenario('rare.yaml'), '--out', out]);
  assert.not.match(ran.stdout, /NaN/);
  const { cells } = JSON.parse(readFileSync(path.join(out, 'rare/result.json'), 'utf8')) as {
    cells: Array<{ perReplication: Array<number | null> }>;
  };
  assert.ok(cells[0]?.perReplication.includes(null));
  const replayed = await holdfast(['replay', path.join(out, 'rare')]);
  assert.is(replayed.code, 0, replayed.stderr);
  const baseline = ['--baseline', path.join(out, 'baseline.json'), '--out', path.join(out, 'gate')];
  await holdfast(['gate', scenario('rare.yaml'), ...baseline, '--update-baseline']);
  const { stdout, stderr } = await holdfast(['gate', scenario('rare.yaml'), ...baseline]);
  assert.not.match(stderr, /cannot be used/);
  assert.not.match(stdout, /NaN/);
});

test('after the seed in plan.json was edited: no, and why, exit 1', async () => {
  const plan = await recorded();
  plan.record.seed = 'another';
  writeFileSync(planFile, JSON.stringify(plan));
  const { code, stdout } = await holdfast(['replay', path.join(out, 'met')]);
  assert.is(code, 1);
  assert.match(stdout, 'identical to the recorded run: no');
  assert.match(stdout, 'the seed: holdfast in result.json, another in plan.json');
  const [before, after] = [...stdout.matchAll(/(?:recorded|replayed) {2}([0-9a-f]{64})/g)].map(([, hash]) => hash);
  assert.is.not(before, after);
});

test('after a plan was edited: no, and which', async () => {
  const plan = await recorded();
  const [workload] = plan.plans[0]?.workloads ?? [];
  assert.ok(workload);
  workload.requestsPerSecond += 1;
  writeFileSync(planFile, JSON.stringify(plan));
  const { code, stdout } = await holdfast(['replay', path.join(out, 'met')]);
  assert.is(code, 1);
  assert.match(stdout, '1 of 1 plans in plan.json');
});

test('interrupted: no comparison of half a run with a whole one', async () => {
  const plan = await recorded();
  plan.record.scenario.run['replications'] = { min: 20_000, max: 20_000 };
  writeFileSync(planFile, JSON.stringify(plan));
  const running = start(['replay', path.join(out, 'met'), '--workers', '1']);
  await running.says('seed holdfast');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  assert.is(code, 130);
  assert.not.match(stdout, /replayed|identical to the recorded run/);
});

test('files that are JSON and not what was written: damaged, exit 2', async () => {
  const plan = await recorded();
  const result = readFileSync(resultFile, 'utf8');
  const plans = JSON.stringify(plan);
  const noTopology = JSON.stringify({ ...plan, record: { ...plan.record, scenario: { name: 'met' } } });
  const cases: ReadonlyArray<readonly [file: string, text: string]> = [
    [planFile, '{}'],
    [planFile, '[]'],
    [planFile, noTopology],
    [resultFile, 'null'],
    [resultFile, '{"schemaVersion":1}'],
    [resultFile, result.replace('"cells"', '"sells"')],
  ];
  for (const [file, text] of cases) {
    writeFileSync(planFile, plans);
    writeFileSync(resultFile, result);
    writeFileSync(file, text);
    const { code, stderr } = await holdfast(['replay', path.join(out, 'met')]);
    assert.is(code, 2, `${text.slice(0, 40)}: ${stderr}`);
    assert.match(stderr, /is damaged[\s\S]*ERR_RESULT_FOLDER/);
  }
});

test('a folder without a run, and one that was damaged: what to do, exit 2', async () => {
  await recorded();
  writeFileSync(planFile, '{"record":');
  for (const folder of [out, path.join(out, 'nowhere'), path.join(out, 'met')]) {
    const { code, stderr } = await holdfast(['replay', folder]);
    assert.is(code, 2);
    assert.match(stderr, 'ERR_RESULT_FOLDER');
    assert.match(stderr, 'name a folder that `holdfast run` wrote');
  }
});

test.run();
