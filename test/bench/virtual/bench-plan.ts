import { seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../../sim/plan/small-plan.ts';

/** Four connectors on two sites, two instances, signed-in users, hardened behaviour: everything on, nothing broken. */
export function benchPlan(requests: number): Plan {
  const requestsPerSecond = 500;
  return {
    ...smallPlan,
    behaviour: hardened,
    horizon: seconds(Math.ceil(requests / requestsPerSecond)),
    workloads: smallPlan.workloads.map((workload) => ({ ...workload, users: requestsPerSecond, requestsPerSecond })),
  };
}
