import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { type JobResult, runWide, type Workforce } from './job.ts';

/**
 * Worker threads that each do one job at a time. `worker` is a module whose default export is a RunJob. Two jobs per
 * worker are under way, so that none waits for the next to arrive. Close it, or the process stays alive.
 */
export function workerPool(worker: URL, workers: number): Workforce {
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
    runtime: 'worker_threads',
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // A simulation makes much short-lived garbage: twice the usual nursery saves about a tenth of its time.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  });
  return {
    workers,
    run: (jobs, watch) => runWide(jobs, (job) => pool.run(job) as Promise<JobResult>, 2 * workers, watch),
    close: () => pool.destroy(),
  };
}
