import { tallyHistory } from '../measure/tally-history.ts';
import type { Job, JobResult } from '../sweep/job.ts';
import { runVirtualPlan } from '../virtual/engine.ts';

/**
 * One job in virtual time; also what a worker thread loads. Depends on the job alone, so any worker gives the same.
 * Requests before the range are the warm-up: they are simulated and not counted.
 */
export default async function runVirtualJob({ plan, range }: Job): Promise<JobResult> {
  const history = await runVirtualPlan(plan, { to: range.to as never, planDigest: '' });
  return { tally: tallyHistory(plan, history, range), eventHash: history.eventHash };
}
