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
    async run(jobs, watch) {
      const results: JobResult[] = [];
      let next = 0;
      let done = 0;
      // as many lanes as workers, each taking the next job: an interruption leaves an unbroken run from the first job on
      const lane = async (): Promise<void> => {
        while (next < jobs.length && watch?.interrupted?.() !== true) {
          const at = next++;
          results[at] = (await pool.run(jobs[at])) as JobResult;
          done += 1;
          watch?.onDone?.(done);
        }
      };
      await Promise.all(Array.from({ length: 2 * workers }, lane));
      return results;
    },
    close: () => pool.destroy(),
  };
}
