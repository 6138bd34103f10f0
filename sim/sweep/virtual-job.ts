import { instant, micros } from '../../proxy/host/units.ts';
import { halvesOf, sumsOf } from '../measure/drift.ts';
import { tallyHistory } from '../measure/tally-history.ts';
import { runVirtualPlan } from '../virtual/engine.ts';
import { type Job, type JobResult, oneByOne } from './job.ts';

/** Simulates a job in virtual time with the real proxy; what lies before the range is warm-up. */
export async function runVirtualJob(
  { plan, range, halves, tail }: Job,
  interrupted?: () => boolean,
): Promise<JobResult> {
  const history = await runVirtualPlan(plan, {
    from: instant(range.from),
    to: instant(range.to),
    warmUp: micros(range.from),
    // a tally names no plan
    planDigest: '',
    ...(interrupted === undefined ? {} : { interrupted }),
  });
  return {
    tally: tallyHistory(plan, history, range),
    eventHash: history.eventHash,
    ...(halves === true ? { halves: halvesOf(history, range) } : {}),
    ...(tail === undefined ? {} : { tail: sumsOf(history, { from: range.to - tail, to: range.to }) }),
  };
}

/** What a worker thread of the pool does. */
export default oneByOne(runVirtualJob);

/** This module, for workerPool. */
export const virtualWorker = new URL(import.meta.url);
