import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { interleaved, median } from '../rounds.ts';
import type { Work } from './bench-worker.ts';

const rounds = 9;

/**
 * Requests per wall second of two workers over those of one, each with the same work: the whole virtual world, and the bare
 * callback chain, which shows what the machine itself gives to a second worker (two processors that are one core's two
 * threads, or that share a cache, give less than two). One worker alone is timed before and after both together; medians.
 */
export async function twoWorkers(): Promise<Record<Work, number>> {
  const script = fileURLToPath(new URL('./bench-worker.js', import.meta.url));
  const workers = [new Worker(script), new Worker(script)] as const;
  const run = (worker: Worker, work: Work): Promise<unknown> => {
    worker.postMessage(work);
    return once(worker, 'message');
  };
  const wallMs = async (work: Promise<unknown>, since = performance.now()): Promise<number> => {
    await work;
    return performance.now() - since;
  };
  const both = (work: Work): Promise<unknown> => Promise.all(workers.map((worker) => run(worker, work)));
  const kinds = ['virtual', 'chain'] as const;
  try {
    for (const work of kinds) await both(work);
    const ratios = await interleaved(rounds, kinds, async (work) => {
      const before = await wallMs(run(workers[0], work));
      const together = await wallMs(both(work));
      return (before + (await wallMs(run(workers[1], work)))) / together;
    });
    return { virtual: median(ratios.virtual), chain: median(ratios.chain) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
