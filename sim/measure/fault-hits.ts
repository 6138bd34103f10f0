import type { History } from '../history/history.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';

/**
 * What a fault is called across replications, where its occurrences have ids and instants of their own; and across windows
 * of one, which leave out connectors that others keep down.
 */
export function faultName({ kind, place, targets }: PlannedFault): string {
  return `${kind} on ${place ?? targets.join(', ')}`;
}

/** Occurrences of a fault that started in the range that was measured, and those of them that touched something. */
export interface FaultHits {
  readonly occurrences: number;
  readonly hit: number;
  /** Ranges in which it touched something that it had begun before; left out for none. Of one occurrence there may be many. */
  readonly lasting?: number;
}

/**
 * For each fault that started in this history: its occurrences by name. One planned after the end of the run cannot start,
 * and counts as one that touched nothing: a verdict without it says nothing about it. One that began before `from`
 * (microseconds) is no occurrence: of an outage that is cut into windows only the first has its beginning.
 */
export function faultHits(plan: Plan, history: History, from = 0): Readonly<Record<string, FaultHits>> {
  const named = new Map(plan.faults.map((fault) => [fault.id, faultName(fault)]));
  const touched = new Map<string, boolean>();
  const before = new Set<string>();
  for (const event of history.events) {
    if (event.kind === 'part-state') continue;
    if (event.kind === 'fault-start' && event.at < from) before.add(event.fault);
    touched.set(event.fault, touched.get(event.fault) === true || (event.kind === 'fault-hit' && event.hits > 0));
  }
  for (const fault of plan.faults) if (fault.at >= plan.horizon) touched.set(fault.id, false);
  const hits: Record<string, FaultHits> = {};
  for (const [fault, hit] of touched) {
    const name = named.get(fault) ?? fault;
    const touch = hit ? 1 : 0;
    const more = before.has(fault) ? { occurrences: 0, hit: 0, lasting: touch } : { occurrences: 1, hit: touch };
    hits[name] = sumHits(hits[name], more, 1);
  }
  return hits;
}

/** Sum so far (undefined: none) plus weight × more. */
export function sumHits(sum: FaultHits | undefined, more: FaultHits, weight: number): FaultHits {
  const { occurrences, hit } = sum ?? { occurrences: 0, hit: 0 };
  const lasting = (sum?.lasting ?? 0) + weight * (more.lasting ?? 0);
  return {
    occurrences: occurrences + weight * more.occurrences,
    hit: hit + weight * more.hit,
    ...(lasting > 0 ? { lasting } : {}),
  };
}

/** Faults that touched nothing whenever they occurred, in order of name: they prove nothing. */
export function idleFaults(hits: Readonly<Record<string, FaultHits>>): readonly string[] {
  return Object.keys(hits)
    .filter((fault) => hits[fault]?.hit === 0 && hits[fault].lasting === undefined)
    .sort();
}

/**
 * Every fault in order of name, as a measurement tells it. One that touched something only later did hit. Which occurrence
 * a later range belongs to is not known: as many as may have hit are told, so that none is called idle that was not.
 */
export function namedHits(
  hits: Readonly<Record<string, FaultHits>>,
): ReadonlyArray<{ readonly fault: string; readonly occurrences: number; readonly hit: number }> {
  return Object.entries(hits)
    .map(([fault, { occurrences, hit, lasting = 0 }]) => ({
      fault,
      occurrences,
      hit: Math.min(occurrences, hit + lasting),
    }))
    .sort((a, b) => (a.fault < b.fault ? -1 : 1));
}
