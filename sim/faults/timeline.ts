import type { Instant } from '../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';

export interface FaultAction {
  readonly at: Instant;
  readonly action: 'start' | 'end';
  readonly fault: PlannedFault;
}

/**
 * Starts and ends inside [0, horizon), in order: by instant, ends before starts (a part that comes back and goes again
 * in one instant did come back), then by fault id. A fault that outlives the horizon has no end here.
 */
export function faultTimeline(plan: Plan): readonly FaultAction[] {
  const actions: FaultAction[] = [];
  for (const fault of plan.faults) {
    if (fault.at >= plan.horizon) continue;
    actions.push({ at: fault.at, action: 'start', fault });
    if (fault.until !== null && fault.until < plan.horizon) {
      actions.push({ at: fault.until, action: 'end', fault });
    }
  }
  const rank = (action: FaultAction): number => (action.action === 'end' ? 0 : 1);
  return actions.sort(
    (a, b) => a.at - b.at || rank(a) - rank(b) || (a.fault.id < b.fault.id ? -1 : a.fault.id > b.fault.id ? 1 : 0),
  );
}
