import { type Micros, micros, seconds } from '../../../proxy/host/units.ts';
import type { ApplicationPlan, LinkPlan, Plan } from '../../plan/plan.ts';
import { hasEmptyGroup } from './environment.ts';
import { mayOverload } from './load-settling.ts';
import type { SystemState } from './segments.ts';

/** Exponential times are longer than this many means once in a thousand. */
const means = 7;
/** Queues for cores and places that are not overloaded, and what else is not counted. */
const waiting = seconds(2);

/**
 * Microseconds within which nearly every request sent in `state` is decided: the backend's time, processors, links and a
 * sign-in. The deadline, which is the most it can be, where something makes requests slow or lets them wait: a part that is
 * not simply gone, an overload, a group without connectors.
 */
export function decidedWithin(plan: Plan, state: SystemState): Micros {
  const { deadline } = plan.outcome;
  const { connectors } = plan.topology;
  const holds =
    [...state.values()].some(({ out }) => !out) ||
    hasEmptyGroup(connectors, (id) => state.get(id)?.out === true) ||
    mayOverload(plan, state);
  if (holds) return deadline;
  return micros(Math.min(deadline, Math.round(waiting + Math.max(0, ...plan.applications.map(timeOf(plan))))));
}

/** Of one application, at most; what bytes take on links included. */
const timeOf =
  ({ topology, identity }: Plan) =>
  ({ backend, preAuthentication, group }: ApplicationPlan): number => {
    const { connectors, sites, userLink, tokenLink } = topology;
    const { responseBytes: bytes } = backend;
    const members = connectors.filter((connector) => connector.group === group);
    const work = Math.max(0, ...members.map(({ demand }) => means * demand));
    const hops = Math.max(
      0,
      ...sites.map(({ serviceLink, backendLink }) => roundTrip(serviceLink, bytes) + roundTrip(backendLink, bytes)),
    );
    const answer = (backend.latencyDistribution === 'constant' ? 1 : means) * backend.latency;
    // Sent to the token service and back, its code redeemed, and to the application again.
    const signIn =
      preAuthentication === 'pass-through'
        ? 0
        : 3 * roundTrip(userLink, 0) + 3 * roundTrip(tokenLink, 0) + 2 * identity.exchangeTime;
    return roundTrip(userLink, bytes) + hops + work + answer + signIn;
  };

const roundTrip = ({ latency, jitter, bytesPerSecond }: LinkPlan, bytes: number): number =>
  2 * (latency + jitter) + (bytesPerSecond === null ? 0 : (1e6 * bytes) / bytesPerSecond);
