import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { type Job, type JobResult, runWide, type Watch, type Workforce } from './job.ts';

/** Jobs sent to a worker at once, at most. A message costs as much as a tenth of a small window (measured). */
const mostAtOnce = 8;
/** Batches for each worker, at least, so that all of them end at about the same time. */
const batchesEach = 8;

/**
 * Worker threads that each do one job at a time. `worker` is a module whose default export is a RunJobs. Two batches per
 * worker are under way, so that none waits for the next to arrive. Close it, or the process stays alive. `interrupted` ends
 * the threads at once, whatever they simulate; tell the same to the watch of `run`.
 */
export function workerPool(worker: URL, workers: number, interrupted?: AbortSignal): Workforce {
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
    runtime: 'worker_threads',
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // A simulation makes much short-lived garbage: twice the usual nursery saves about a tenth of its time.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  });
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= pool.destroy();
    return ended;
  };
  const endNow = (): void => void end();
  if (interrupted?.aborted === true) endNow();
  else interrupted?.addEventListener('abort', endNow, { once: true });
  const send = (batch: readonly Job[]): Promise<readonly JobResult[]> => pool.run(batch);
  return {
    workers,
    run: async (jobs, watch = {}) => {
      const size = Math.max(1, Math.min(mostAtOnce, Math.floor(jobs.length / (batchesEach * workers))));
      const results = await runWide(batches(jobs, size), send, 2 * workers, counting(watch, size, jobs.length));
      return results.flat();
    },
    close: () => {
      interrupted?.removeEventListener('abort', endNow);
      return end();
    },
  };
}

function batches(jobs: readonly Job[], size: number): readonly (readonly Job[])[] {
  return Array.from({ length: Math.ceil(jobs.length / size) }, (_, i) => jobs.slice(i * size, (i + 1) * size));
}

/** Tells of jobs where batches are counted. */
function counting(watch: Watch, size: number, jobs: number): Watch {
  const { onDone } = watch;
  return onDone === undefined ? watch : { ...watch, onDone: (done) => onDone(Math.min(jobs, done * size)) };
}
