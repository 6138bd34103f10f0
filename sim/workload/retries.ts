import type { Cancel } from '../../proxy/host/cancel.ts';
import type { Instant, Micros } from '../../proxy/host/units.ts';
import { RetryBudget } from '../../proxy/policy/retry.ts';
import type { WorkloadPlan } from '../plan/plan.ts';
import type { JourneyEnd } from './journey.ts';

/** What retrying needs of a world. */
export interface Patience {
  now(): Instant;
  /** Ends early when `cancel` trips. */
  sleep(span: Micros, cancel: Cancel): Promise<void>;
}

/** The retry budget that all users of a workload share; null in the plan: none. */
export function clientBudget(workload: WorkloadPlan): RetryBudget {
  const { clientRetries, clientRetryBudget } = workload;
  return new RetryBudget({ attempts: clientRetries, budgetRatio: clientRetryBudget ?? undefined, burst: 3 });
}

/** True when a user would press "reload": anything but the application's own answer below 500. */
function isFailure({ peer, end }: JourneyEnd): boolean {
  if (end.kind === 'undecided') return false;
  return end.kind !== 'answer' || peer === 'token-service' || end.proxyCause !== null || end.status >= 500;
}

/**
 * A journey and the user's retries after it failed: at most `clientRetries`, each `clientRetryDelay` later, within the
 * workload's budget and the user's patience (`cancel`). Written once for both worlds. `journey` is told which attempt it is,
 * from 0.
 */
export async function withRetries(
  workload: WorkloadPlan,
  budget: RetryBudget,
  patience: Patience,
  cancel: Cancel,
  journey: (attempt: number) => Promise<JourneyEnd>,
): Promise<JourneyEnd> {
  budget.onRequest(patience.now());
  for (let attempt = 1; ; attempt++) {
    const ended = await journey(attempt - 1);
    if (attempt > workload.clientRetries || cancel.cancelled || !isFailure(ended)) return ended;
    if (!budget.tryTake(patience.now())) return ended;
    await patience.sleep(workload.clientRetryDelay, cancel);
    if (cancel.cancelled) return ended;
  }
}
