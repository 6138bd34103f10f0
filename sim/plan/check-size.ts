import type { Finding } from './check.ts';
import type { Plan } from './plan.ts';

/**
 * What one simulation can hold and get through: a user costs about 1.5 kB once it has asked for something, and a core
 * simulates about a hundred thousand requests a second, so that these are gigabytes and a second a second.
 */
const mostUsers = 2_000_000;
const mostRequestsPerSecond = 100_000;

/** Loads that would fill the memory, or take longer in virtual time than they would take in truth. */
export function sizeFindings({ workloads }: Plan): readonly Finding[] {
  const users = workloads.reduce((sum, workload) => sum + workload.users, 0);
  const rate = workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  const found: Finding[] = [];
  if (rate > mostRequestsPerSecond) {
    found.push({
      severity: 'refuse',
      code: 'ERR_CHECK_RATE',
      message: `${Math.round(rate)} requests a second; at most ${mostRequestsPerSecond} can be simulated`,
      hint: 'scale load, throughput of connectors and throttle down together: shares stay what they are',
      about: '',
    });
  }
  if (users > mostUsers) {
    found.push({
      severity: 'refuse',
      code: 'ERR_CHECK_USERS',
      message: `${users} users; at most ${mostUsers} fit into memory`,
      hint: 'give workload users; without it there are ten for each request a second',
      about: '',
    });
  }
  return found;
}
