/** Does one piece of work per message and answers when done. */
import { parentPort } from 'node:worker_threads';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { benchPlan } from './bench-plan.ts';
import { runCallbackChain } from './callback-chain.ts';

/** What a worker can be told to do: the whole virtual world, or about as long the bare callback chain. */
export type Work = 'virtual' | 'chain';

const plan = benchPlan(100_000);

async function done(work: Work): Promise<string> {
  if (work === 'virtual') return (await runVirtualPlan(plan)).eventHash;
  let { hash } = runCallbackChain(plan);
  for (let i = 1; i < 6; i++) ({ hash } = runCallbackChain(plan));
  return hash;
}

parentPort?.on('message', async (work: Work) => parentPort?.postMessage(await done(work)));
