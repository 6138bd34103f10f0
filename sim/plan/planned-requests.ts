import type { Plan } from './plan.ts';

/** Above this many planned requests, of all cells together, a virtual run combines windows around changes instead of simulating each. */
export const mostRequests = 20_000_000;

/** Requests a replication of this plan sends, on average. */
export function plannedRequests({ workloads, horizon }: Plan): number {
  const perSecond = workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  return (perSecond * horizon) / 1_000_000;
}

/** Requests of a run that has a plan a cell, in its fewest replications. */
export function runRequests(plans: readonly Plan[], fewestReplications: number): number {
  return plans.reduce((sum, plan) => sum + plannedRequests(plan) * fewestReplications, 0);
}

/** Whether a virtual run of so many requests is one of a long horizon: combined from windows. */
export const isLongHorizon = (requests: number): boolean => requests > mostRequests;
