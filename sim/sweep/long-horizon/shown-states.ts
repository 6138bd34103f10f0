import { type PartEffect, partEffects } from '../../faults/part-effects.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import { canonical } from './canonical-key.ts';
import { environmentOf } from './environment.ts';
import { endedByRestarts } from './restarts.ts';
import { type SystemState, statesOf } from './segments.ts';
import { trajectoryOf } from './trajectory.ts';
import { unseenStateShare } from './unseen-states.ts';
import { catalogueRules } from './window-rules.ts';

/**
 * Share of the time, on average, that a cell spends in states none of these replications of it shows. However many requests
 * were simulated, they say nothing about an outbound path that fails once in ten days when no hour of them saw it fail.
 */
export async function unshownShare(plans: readonly Plan[]): Promise<number> {
  const [first] = plans;
  if (first === undefined || first.faultProcesses.length === 0) return 0;
  const environment = environmentOf(first);
  const keyOf = (state: SystemState): string => canonical(environment, { kind: 'stretch', from: 0, to: 1, state }).key;
  const shown = new Set<string>();
  for (const plan of plans) {
    const effects = new Map<PlannedFault, readonly PartEffect[]>();
    const effectsOf = (fault: PlannedFault): readonly PartEffect[] => effects.get(fault) ?? [];
    for (const fault of plan.faults) effects.set(fault, await partEffects(plan, fault));
    const faults = endedByRestarts(plan.faults, effectsOf);
    for (const fault of faults) if (!effects.has(fault)) effects.set(fault, await partEffects(plan, fault));
    const changes = trajectoryOf({ ...plan, faults }, effectsOf, catalogueRules);
    const all = { kind: 'window', from: 0, to: plan.horizon, before: new Map(), changes, clipped: true } as const;
    for (const state of statesOf(all)) shown.add(keyOf(state));
  }
  return unseenStateShare(first, environment, (key) => shown.has(key));
}
