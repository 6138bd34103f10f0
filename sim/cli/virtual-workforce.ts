import { Tinypool } from 'tinypool';
import { inProcess, type JobResult, type Workforce } from '../sweep/job.ts';
import runVirtualJob from './virtual-job.ts';

/** Virtual time on `workers` threads; one worker means this thread. Results come back in the order of the jobs. */
export function virtualWorkforce(workers: number): Workforce {
  if (workers <= 1) return inProcess(runVirtualJob);
  const file = new URL(`./virtual-job${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const pool = new Tinypool({ filename: file.href, minThreads: workers, maxThreads: workers, isolateWorkers: false });
  return {
    workers,
    async run(jobs, onDone) {
      let done = 0;
      return Promise.all(
        jobs.map(async (job) => {
          const result = (await pool.run(job)) as JobResult;
          done += 1;
          onDone?.(done);
          return result;
        }),
      );
    },
    close: () => pool.destroy(),
  };
}
