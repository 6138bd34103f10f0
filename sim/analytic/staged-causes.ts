import type { Plan } from '../plan/plan.ts';
import { gone, type RandomCause } from './reliability-input.ts';

/**
 * Scheduled faults as causes of a run that stages them: each is on for its share of the horizon. Null where that has no
 * closed form: an outage of the token service finds sessions of stationary age only when it is the first and only one, and
 * users who start with such sessions and sign in again.
 */
export async function stagedCauses(plan: Plan): Promise<readonly RandomCause[] | null> {
  const drawn = new Set(plan.faultProcesses.map(({ origin }) => origin));
  const causes: RandomCause[] = [];
  for (const fault of plan.faults) {
    if (drawn.has(fault.origin)) continue;
    const length = Math.min(fault.until ?? plan.horizon, plan.horizon) - fault.at;
    const takesOut = await gone(plan, fault);
    if (takesOut.length === 0 || length <= 0) continue;
    causes.push({
      name: fault.id,
      targets: fault.targets,
      unavailability: length / plan.horizon,
      meanDown: length,
      downDistribution: 'constant',
      takesOut,
    });
  }
  const outages = causes.filter(({ takesOut }) => takesOut.includes('token-service')).length;
  const { startInEquilibrium, signInAgain } = plan.identity;
  if (outages > 1 || (outages === 1 && !(startInEquilibrium && signInAgain))) return null;
  return causes;
}
