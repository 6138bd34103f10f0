import { type Micros, micros, minutes } from '../../../proxy/host/units.ts';
import type { ConnectorPlan, Plan } from '../../plan/plan.ts';
import type { SystemState } from './segments.ts';

/** Relaxation times after which a queue counts as stationary: e⁻⁵, 0.7 % of where it began is left. */
const relaxations = 5;
/** Not more than this in all: a queue at its very limit takes for ever, and the drift of samples is watched besides. */
const atMost = minutes(60);

/** One group in one state; rates per second. */
interface GroupLoad {
  readonly offered: number;
  /** With every retry that client and service may make. */
  readonly retried: number;
  readonly capacity: number;
  /** Requests that can be under way or wait when more come than are carried. */
  readonly backlog: number;
  /** Connectors that still carry something: requests a second, and places of each. */
  readonly carrying: ReadonlyArray<{ readonly rate: number; readonly places: number }>;
}

/**
 * Microseconds until queues are stationary in `state` when the system comes from the states `passed` (none: from empty).
 * Per group, λ requests a second against what is left of its capacity, C:
 * - λ ≥ C: losses begin once all places are taken, which lasts backlog/(λ − C) (fluid limit), and those who wait then are
 *   decided within the deadline;
 * - λ < C: several relaxation times of M/M/1/K, 1/(λ + μ − 2√(λμ) cos(π/(K + 1))), near demand/(cores (1 − √ρ)²)
 *   (Morse 1955; Takács, Introduction to the Theory of Queues, 1962, chapter 1);
 * - out of an overload or an empty group, also until its backlog is worked off: backlog/(C − λ); of an overload, and the
 *   deadline.
 */
export function loadSettles(plan: Plan, state: SystemState, passed: readonly SystemState[]): Micros {
  const { deadline } = plan.outcome;
  let longest = 0;
  for (const { id } of plan.topology.groups) {
    const load = groupLoad(plan, id, state);
    if (load === null) continue;
    const { offered, retried, capacity } = load;
    let span = relaxation(load, offered);
    // Between the two it depends on the past: losses bring retries, and retries losses.
    for (const rate of [offered, retried]) {
      // Without any capacity nothing queues at connectors: what waits for one to come back is emptySettles.
      if (rate < capacity || capacity === 0) continue;
      const fluid = Math.min(load.backlog / (rate - capacity), (load.backlog * load.backlog) / rate);
      span = Math.max(span, 1e6 * fluid + deadline + relaxation(load, rate));
    }
    if (offered < capacity) {
      for (const before of passed) {
        const was = groupLoad(plan, id, before);
        if (was === null || was.retried < was.capacity) continue;
        // Of an overload some were already decided against their users; of an empty group all still wait.
        const late = was.capacity === 0 ? 0 : deadline;
        span = Math.max(span, (1e6 * was.backlog) / (capacity - offered) + late + relaxation(load, offered));
      }
    }
    longest = Math.max(longest, span);
  }
  return micros(Math.min(atMost, Math.round(longest)));
}

/** Some group has less capacity in `state` than may be asked of it, retries included. */
export function mayOverload(plan: Plan, state: SystemState): boolean {
  return plan.topology.groups.some(({ id }) => {
    const load = groupLoad(plan, id, state);
    return load !== null && load.retried >= load.capacity;
  });
}

/** Null: nobody asks for anything in this group. */
function groupLoad(plan: Plan, group: string, state: SystemState): GroupLoad | null {
  const { behaviour } = plan;
  const applications = plan.applications.filter((application) => application.group === group).map(({ id }) => id);
  const again = behaviour.retry.attempts;
  const serviceRetries = Math.min(again, behaviour.retry.budgetRatio ?? again);
  let offered = 0;
  let retried = 0;
  for (const { application, requestsPerSecond, clientRetries, clientRetryBudget } of plan.workloads) {
    if (!applications.includes(application)) continue;
    offered += requestsPerSecond;
    retried +=
      requestsPerSecond * (1 + Math.min(clientRetries, clientRetryBudget ?? clientRetries)) * (1 + serviceRetries);
  }
  if (offered === 0) return null;
  const members = plan.topology.connectors.filter((connector) => connector.group === group);
  const carrying = members.flatMap((connector) => {
    const part = state.get(connector.id);
    const share = part === undefined ? 1 : part.out ? 0 : part.capacity;
    const rate = (share * connector.cores * 1e6) / connector.demand;
    return rate > 0 ? [{ rate, places: placesOf(connector) }] : [];
  });
  const waits = Math.max(behaviour.connectorWait, behaviour.queue.timeout) / 1e6;
  return {
    offered,
    retried,
    capacity: carrying.reduce((sum, { rate }) => sum + rate, 0),
    // What a connector that is out held is gone with it, so it takes nobody in either.
    backlog:
      carrying.reduce((sum, { places }) => sum + places, 0) +
      Math.min(behaviour.queue.perApplication * applications.length, retried * waits),
    carrying,
  };
}

const placesOf = ({ maxConcurrent, maxQueue, cores }: ConnectorPlan): number =>
  Math.min(maxConcurrent, maxQueue + cores);

/** Microseconds; the slowest of its connectors, each with an equal share of the load. */
function relaxation({ carrying }: GroupLoad, offered: number): number {
  let slowest = 0;
  for (const { rate, places } of carrying) {
    const each = offered / carrying.length;
    const gap = each + rate - 2 * Math.sqrt(each * rate) * Math.cos(Math.PI / (places + 1));
    slowest = Math.max(slowest, relaxations / gap);
  }
  return 1e6 * slowest;
}
