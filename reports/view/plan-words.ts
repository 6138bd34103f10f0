import type { Plan } from '../../sim/plan/plan.ts';
import { count, duration, statedShare } from '../numbers.ts';
import { listed, plain, plural } from '../text.ts';

/** The parts that fail in this plan and that every request needs, in words; empty when there is none. */
export function sharedPartWords(plan: Plan | null): string {
  if (plan === null) return '';
  const targets = new Set([
    ...plan.faults.flatMap((fault) => fault.targets),
    ...plan.faultProcesses.flatMap(({ members }) => members.flatMap((member) => member.targets)),
  ]);
  const egresses = new Set(plan.topology.connectors.map((connector) => `egress/${connector.egress}`));
  const words: string[] = [];
  if (targets.has('token-service')) words.push('the token service');
  if (targets.has('directory')) words.push('the directory');
  // An outbound path is shared only when there is no other.
  if (egresses.size === 1)
    words.push(...[...egresses].filter((egress) => targets.has(egress)).map((egress) => `the outbound path ${egress}`));
  if (plan.topology.sites.length === 1) words.push(...sitesHit(plan, targets));
  return plain(listed(words));
}

function sitesHit(plan: Plan, targets: ReadonlySet<string>): string[] {
  return plan.topology.sites
    .filter((site) => targets.has(`site/${site.id}`))
    .map((site) => `the only site, ${site.id}`);
}

/** What was simulated, for one cell's plan: topology, load, faults drawn. Plain sentences. */
export function planSentences(plan: Plan): string[] {
  const { connectors, sites, instances } = plan.topology;
  const load = plan.workloads.reduce((sum, workload) => sum + workload.requestsPerSecond, 0);
  const tally = new Map<string, number>();
  for (const fault of plan.faults) tally.set(fault.kind, (tally.get(fault.kind) ?? 0) + 1);
  const faults = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `${kind} ${times} ×`);
  const size = `${plural(connectors.length, 'connector')} on ${plural(sites.length, 'site')}, ${plural(instances.length, 'service instance')}`;
  const traffic = `${count(load)} requests a second for ${plural(plan.applications.length, 'application')} over ${duration(plan.horizon)}`;
  return [
    `${size}; ${traffic}.`,
    plain(
      faults.length === 0 ? 'No fault was drawn in this replication.' : `Faults drawn in it: ${faults.join(', ')}.`,
    ),
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
