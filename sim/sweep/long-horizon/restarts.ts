import { type Instant, instant } from '../../../proxy/host/units.ts';
import type { PartEffect } from '../../faults/part-effects.ts';
import type { PlannedFault } from '../../plan/plan.ts';

/**
 * Faults as they act: a process that was killed comes back as a new one, which is not frozen whatever hung the
 * old one. So a freeze of a part ends with the last kill that overlaps it, however long its fault goes on. Of a fault with
 * several targets each target that is restarted becomes a fault of its own. In order of `at`, then id, as in a plan.
 */
export function endedByRestarts(
  planned: readonly PlannedFault[],
  effectsOf: (fault: PlannedFault) => readonly PartEffect[],
): readonly PlannedFault[] {
  const isFreeze = (fault: PlannedFault): boolean => effectsOf(fault).some(({ verb }) => verb === 'freeze');
  if (!planned.some(isFreeze)) return planned;
  const kills = new Map<string, PlannedFault[]>();
  for (const fault of planned) {
    for (const { part, verb } of effectsOf(fault)) {
      if (verb === 'kill') kills.set(part, [...(kills.get(part) ?? []), fault]);
    }
  }
  const faults = planned.flatMap((fault): readonly PlannedFault[] => {
    if (!isFreeze(fault)) return [fault];
    const restarts = new Map(
      fault.targets.flatMap((part) => {
        const end = restartWithin(fault, kills.get(part) ?? []);
        return end === undefined ? [] : [[part, end] as const];
      }),
    );
    if (restarts.size === 0) return [fault];
    const left = fault.targets.filter((part) => !restarts.has(part));
    const own = [...restarts].map(([part, until]) => ({
      ...fault,
      id: fault.targets.length === 1 ? fault.id : `${fault.id} ${part}`,
      targets: [part],
      until,
    }));
    return left.length === 0 ? own : [{ ...fault, targets: left }, ...own];
  });
  return faults.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** When the part of a freeze first runs anew inside it; undefined: it never does. Kills that overlap are one. */
function restartWithin(freeze: PlannedFault, kills: readonly PlannedFault[]): Instant | undefined {
  const over = freeze.until ?? Number.POSITIVE_INFINITY;
  let dead = Number.NEGATIVE_INFINITY;
  for (const { at, until } of [...kills].sort((a, b) => a.at - b.at)) {
    // Back before this one began.
    if (at > dead && dead > freeze.at) break;
    dead = Math.max(dead, until ?? Number.POSITIVE_INFINITY);
  }
  return dead > freeze.at && dead < over ? instant(dead) : undefined;
}
