/** Runs the benchmark plan once per message and answers when done. */
import { parentPort } from 'node:worker_threads';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { benchPlan } from './bench-plan.ts';

parentPort?.on('message', async (requests: number) => {
  const { eventHash } = await runVirtualPlan(benchPlan(requests));
  parentPort?.postMessage(eventHash);
});
