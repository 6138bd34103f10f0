import type { Plan } from '../../sim/plan/plan.ts';
import { count, duration, statedShare } from '../numbers.ts';
import { plain, plural } from '../text.ts';

/** What was simulated, for one cell's plan: topology, load, faults drawn. Plain sentences. `which`: the cell, or empty. */
export function planSentences(plan: Plan, which: string): string[] {
  const { connectors, sites, instances } = plan.topology;
  const load = plan.workloads.reduce((sum, workload) => sum + workload.requestsPerSecond, 0);
  const tally = new Map<string, number>();
  for (const fault of plan.faults) tally.set(fault.kind, (tally.get(fault.kind) ?? 0) + 1);
  const faults = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `${times} × ${kind}`);
  const size = `${plural(connectors.length, 'connector')} at ${plural(sites.length, 'site')}, ${plural(instances.length, 'service instance')}`;
  const traffic = `${count(load)} requests a second for ${plural(plan.applications.length, 'application')} over ${duration(plan.horizon)}`;
  const began = which === '' ? '' : `${which.charAt(0).toUpperCase()}${which.slice(1)}: `;
  return [
    plain(`${began}${size}; ${traffic}.`),
    plain(`Its first replication has ${faults.length === 0 ? 'no fault' : `these faults: ${faults.join(', ')}`}.`),
  ];
}

/** What counted as served in this plan. */
export function outcomeSentences(plan: Plan): string[] {
  const { deadline, window, minRequests, upShare } = plan.outcome;
  return [
    `A request is served when the application's own answer reached the user within ${duration(deadline)}.`,
    `Time-based availability: a window of ${duration(window)} is up when at least ${statedShare(upShare)} of at least ${minRequests} requests in it were served; smaller windows merge.`,
  ];
}
