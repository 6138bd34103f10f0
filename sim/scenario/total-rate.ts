import type { Scenario } from '../plan/scenario.ts';

/** The scenario with this total load; workloads keep their proportions, and users follow their workload's rate. */
export function withTotalRate(scenario: Scenario, total: number): Scenario {
  const sum = scenario.workloads.reduce((all, workload) => all + workload.requestsPerSecond, 0);
  const factor = total / sum;
  return {
    ...scenario,
    workloads: scenario.workloads.map((workload) => ({
      ...workload,
      requestsPerSecond: workload.requestsPerSecond * factor,
      users: Math.max(1, Math.round(workload.users * factor)),
    })),
  };
}
