import { emptyTally, type Tally } from '../../measure/tally.ts';
import type { Plan } from '../../plan/plan.ts';

/**
 * What a loss that no sample showed is taken to come in: a cluster of `requests` lost at once, and the availability window
 * that they take down where they are more than it may lose.
 */
export function unseenCluster(plan: Plan, requests: number): Tally {
  const { window, minRequests, upShare } = plan.outcome;
  const perWindow = (plan.workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) * window) / 1e6;
  const merged = Math.max(1, Math.ceil(minRequests / perWindow));
  const isDown = requests > (1 - upShare) * merged * perWindow;
  return {
    ...emptyTally,
    requests,
    failed: requests,
    time: isDown && perWindow > 0 ? { covered: merged * window, up: 0 } : emptyTally.time,
  };
}
