/** Run as a process or as a worker by determinism.test.ts: prints or posts the event hashes of the plans it checks. */
import { parentPort } from 'node:worker_threads';
import { documented, hardened } from '../../../proxy/policy/behaviour.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { planOf } from '../plan-of.ts';
import { everything } from './everything.ts';

/** Both behaviours, and two seeds. */
export const plans: readonly Plan[] = [documented, hardened].flatMap(({ name }) =>
  ['one', 'two'].map((seed) => planOf({ ...everything, behaviour: name }, { seed })),
);

export async function hashes(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const plan of plans) found.push((await runVirtualPlan(plan)).eventHash);
  return found;
}

if (parentPort !== null) parentPort.postMessage(await hashes());
else if (process.argv[2] === 'print') console.log(JSON.stringify(await hashes()));
