import type { Plan } from '../plan/plan.ts';

/**
 * The largest share of a run that a loss nobody saw is assumed to take, for the rule-of-three bound when no run lost
 * anything: one availability window, or the longest span of a fault that is drawn at random. Scheduled faults are the
 * same in every run, so what they do has been seen.
 */
export function unseenLossShare(plans: readonly Plan[]): number {
  let share = 0;
  for (const plan of plans) {
    const random = new Set(plan.faultProcesses.map((clock) => clock.origin));
    let longest = Math.max(plan.outcome.window, ...plan.faultProcesses.map((clock) => clock.meanDown));
    for (const fault of plan.faults) {
      if (random.has(fault.origin)) longest = Math.max(longest, (fault.until ?? plan.horizon) - fault.at);
    }
    share = Math.max(share, longest / plan.horizon);
  }
  return Math.min(1, share);
}
