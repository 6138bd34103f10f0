import type { History } from '../history/history.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';

/** What a fault is called across replications, where its occurrences have ids and instants of their own. */
export function faultName(fault: PlannedFault): string {
  return `${fault.kind} on ${fault.targets.join(', ')}`;
}

/** Occurrences of a fault that started, and those of them that touched something. */
export interface FaultHits {
  readonly occurrences: number;
  readonly hit: number;
}

/**
 * For each fault that started in this history: its occurrences by name. One planned after the end of the run cannot start,
 * and counts as one that touched nothing: a verdict without it says nothing about it.
 */
export function faultHits(plan: Plan, history: History): Readonly<Record<string, FaultHits>> {
  const named = new Map(plan.faults.map((fault) => [fault.id, faultName(fault)]));
  const touched = new Map<string, boolean>();
  for (const event of history.events) {
    if (event.kind === 'part-state') continue;
    touched.set(event.fault, touched.get(event.fault) === true || (event.kind === 'fault-hit' && event.hits > 0));
  }
  for (const fault of plan.faults) if (fault.at >= plan.horizon) touched.set(fault.id, false);
  const hits: Record<string, FaultHits> = {};
  for (const [fault, hit] of touched) {
    const name = named.get(fault) ?? fault;
    hits[name] = sumHits(hits[name], { occurrences: 1, hit: hit ? 1 : 0 }, 1);
  }
  return hits;
}

/** Sum so far (undefined: none) plus weight × more. */
export function sumHits(sum: FaultHits | undefined, more: FaultHits, weight: number): FaultHits {
  const { occurrences, hit } = sum ?? { occurrences: 0, hit: 0 };
  return { occurrences: occurrences + weight * more.occurrences, hit: hit + weight * more.hit };
}

/** Faults that touched nothing whenever they occurred, in order of name: they prove nothing. */
export function idleFaults(hits: Readonly<Record<string, FaultHits>>): readonly string[] {
  return Object.keys(hits)
    .filter((fault) => hits[fault]?.hit === 0)
    .sort();
}
