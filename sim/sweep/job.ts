import type { Tally } from '../measure/tally.ts';
import type { Range } from '../measure/tally-history.ts';
import type { Plan } from '../plan/plan.ts';

/** One piece of simulation: run the plan and tally the requests sent in the range. Plain JSON, so any worker can do it. */
export interface Job {
  readonly plan: Plan;
  /** Microseconds inside [0, plan.horizon]. The plan goes on after `to` until those requests are decided. */
  readonly range: Range;
}

export interface JobResult {
  readonly tally: Tally;
  readonly eventHash: string;
}

/** What simulates a job: the virtual engine, or a model with a closed form in tests. Must depend on the job alone. */
export type RunJob = (job: Job) => Promise<JobResult>;

/** Many jobs at a time; results come back in the order of the jobs, whatever order they were done in. */
export interface Workforce {
  readonly workers: number;
  run(jobs: readonly Job[], onDone?: (done: number) => void): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}

/** Does the jobs here, one after the other. */
export function inProcess(runJob: RunJob): Workforce {
  return {
    workers: 1,
    async run(jobs, onDone) {
      const results: JobResult[] = [];
      for (const job of jobs) {
        results.push(await runJob(job));
        onDone?.(results.length);
      }
      return results;
    },
    close: async () => undefined,
  };
}
