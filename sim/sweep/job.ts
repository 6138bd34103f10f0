import type { HalfSums, Halves } from '../measure/drift.ts';
import type { Tally } from '../measure/tally.ts';
import type { Range } from '../measure/tally-history.ts';
import type { Plan } from '../plan/plan.ts';

/** One piece of simulation: run the plan and tally the requests sent in the range. Plain JSON, so any worker can do it. */
export interface Job {
  readonly plan: Plan;
  /** Microseconds inside [0, plan.horizon]. The plan goes on after `to` until those requests are decided. */
  readonly range: Range;
  /** Also sum up the halves of the range, to see whether it is stationary. */
  readonly halves?: true;
  /** Also sum up the last of the range, this many microseconds, to see in what state it ends. */
  readonly tail?: number;
}

export interface JobResult {
  readonly tally: Tally;
  readonly eventHash: string;
  /** Where the job asks for them, unless a model cannot tell. */
  readonly halves?: Halves;
  /** The same for the end of the range. */
  readonly tail?: HalfSums;
}

/**
 * What simulates a job: the virtual engine, or a model with a closed form in tests. Must depend on the job alone.
 * `interrupted` is asked now and then; once it is true, a long job rejects instead of going on.
 */
export type RunJob = (job: Job, interrupted?: () => boolean) => Promise<JobResult>;

/** The same for several, in their order: what a worker is sent at once. */
export type RunJobs = (jobs: readonly Job[]) => Promise<readonly JobResult[]>;

/** Does jobs one after the other. */
export const oneByOne =
  (runJob: RunJob): RunJobs =>
  async (jobs) => {
    const results: JobResult[] = [];
    for (const job of jobs) results.push(await runJob(job));
    return results;
  };

/** What a caller may do while jobs run. */
export interface Watch {
  /** Called as jobs end, with how many have. */
  readonly onDone?: (done: number) => void;
  /** Asked before each job and while jobs run; true: no further job is begun, and those under way are given up. */
  readonly interrupted?: () => boolean;
}

/** Many jobs at a time. */
export interface Workforce {
  readonly workers: number;
  /**
   * Results in the order of the jobs, whatever order they were done in. When interrupted, those of the longest unbroken
   * run from the first job on. Rejects with the first error of a job.
   */
  run(jobs: readonly Job[], watch?: Watch): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}

/** Does the jobs here, one after the other. */
export const inProcess = (runJob: RunJob): Workforce => ({
  workers: 1,
  run: (jobs, watch) => runWide(jobs, (job) => runJob(job, watch?.interrupted), 1, watch),
  close: async () => undefined,
});

/** Keeps `width` jobs, or batches of them, going until all are done. What a job given up rejects with is no error. */
export async function runWide<J, R>(
  jobs: readonly J[],
  runJob: (job: J) => Promise<R>,
  width: number,
  watch: Watch = {},
): Promise<readonly R[]> {
  const results: (R | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && watch.interrupted?.() !== true) {
      const index = next++;
      try {
        results[index] = await runJob(jobs[index] as J);
      } catch (error) {
        next = jobs.length;
        if (watch.interrupted?.() === true) return;
        throw error;
      }
      watch.onDone?.(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, lane));
  const gap = results.indexOf(undefined);
  return (gap < 0 ? results : results.slice(0, gap)) as R[];
}
