import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, seconds } from '../../../proxy/host/units.ts';
import type { History } from '../../../sim/history/history.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { planOf } from '../plan-of.ts';
import { requestsOf } from '../requests-of.ts';
import { everything } from './everything.ts';
import { hashes, plans } from './hash-command.ts';
import { findNode24 } from './node-24.ts';

const command = fileURLToPath(new URL('./hash-command.js', import.meta.url));
const run = promisify(execFile);
const hashOf = async (plan: Plan): Promise<string> => (await runVirtualPlan(plan)).eventHash;
const inProcess = async (node: string): Promise<unknown> => JSON.parse((await run(node, [command, 'print'])).stdout);
const here = await hashes();
/** When each request was decided and how, in the order they were sent. */
const fateOf = (history: History): readonly string[] =>
  [...requestsOf(history)].sort((a, b) => a.start - b.start).map(({ end, cause }) => `${end} ${cause}`);

test('one plan, one hash: again in this process, whatever ran in between', async () => {
  assert.is(new Set(here).size, plans.length, 'other seed, other behaviour: other hash');
  assert.equal(await hashes(), here);
  await hashOf(planOf(everything, { replication: 3 }));
  assert.is(await hashOf(plans[0] as Plan), here[0]);
});

test('two plans at once in one process do not disturb each other', async () => {
  assert.equal(await Promise.all(plans.map(hashOf)), here);
});

test('the hash of this process in two others', async () => {
  assert.equal(await Promise.all([inProcess(process.execPath), inProcess(process.execPath)]), [here, here]);
});

test('the hash of this thread in two workers at once', async () => {
  const workers = [new Worker(command), new Worker(command)];
  const found = await Promise.all(
    workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.equal(found, [here, here]);
});

test('the hash of this Node on Node 24', async () => {
  const node = findNode24();
  if (node === undefined) {
    console.log('skipped: no Node 24 on this machine to compare hashes with (HOLDFAST_NODE24 names one)');
    return;
  }
  assert.equal(await inProcess(node), here);
});

test('every fault leaves its mark on requests: without it they fare otherwise', async () => {
  const whole = planOf(everything);
  for (const fault of whole.faults) {
    const window = { from: instant(fault.at - seconds(1)), to: instant(fault.at + seconds(10)) };
    const without = { ...whole, faults: whole.faults.filter((other) => other !== fault) };
    const fates = await Promise.all([whole, without].map(async (plan) => fateOf(await runVirtualPlan(plan, window))));
    assert.is(fates[0]?.length, fates[1]?.length);
    assert.not.equal(fates[0], fates[1], `${fault.kind} left out changes no request`);
  }
});

test('a replication is a run of its own', async () => {
  const found = [1, 2].map((replication) => hashOf(planOf(everything, { replication, seed: 'two' })));
  assert.is(new Set([...(await Promise.all(found)), ...here]).size, here.length + 2);
});

test.run();
