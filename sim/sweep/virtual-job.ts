import { instant, micros } from '../../proxy/host/units.ts';
import { halvesOf } from '../measure/drift.ts';
import { tallyHistory } from '../measure/tally-history.ts';
import { runVirtualPlan } from '../virtual/engine.ts';
import { type Job, type JobResult, oneByOne } from './job.ts';

/** Simulates a job in virtual time with the real proxy; what lies before the range is warm-up. */
export async function runVirtualJob({ plan, range, halves }: Job, interrupted?: () => boolean): Promise<JobResult> {
  const history = await runVirtualPlan(plan, {
    from: instant(range.from),
    to: instant(range.to),
    warmUp: micros(range.from),
    // a tally names no plan
    planDigest: '',
    ...(interrupted === undefined ? {} : { interrupted }),
  });
  const result = { tally: tallyHistory(plan, history, range), eventHash: history.eventHash };
  return halves === true ? { ...result, halves: halvesOf(history, range) } : result;
}

/** What a worker thread of the pool does. */
export default oneByOne(runVirtualJob);

/** This module, for workerPool. */
export const virtualWorker = new URL(import.meta.url);
