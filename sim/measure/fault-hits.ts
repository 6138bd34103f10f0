import type { History } from '../history/history.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';

/** What a fault is called across replications, where its occurrences have ids and instants of their own. */
export function faultName(fault: PlannedFault): string {
  return `${fault.kind} on ${fault.targets.join(', ')}`;
}

/** What each fault that started touched in this history, occurrences of one name added up. */
export function faultHits(plan: Plan, history: History): Readonly<Record<string, number>> {
  const named = new Map(plan.faults.map((fault) => [fault.id, faultName(fault)]));
  const hits: Record<string, number> = {};
  for (const event of history.events) {
    if (event.kind === 'part-state') continue;
    const name = named.get(event.fault) ?? event.fault;
    hits[name] = (hits[name] ?? 0) + (event.kind === 'fault-hit' ? event.hits : 0);
  }
  return hits;
}
