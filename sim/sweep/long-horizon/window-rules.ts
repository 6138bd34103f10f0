import { type Micros, micros, minutes, seconds } from '../../../proxy/host/units.ts';
import { faultCatalogue } from '../../faults/catalogue.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import { loadSettles } from './load-settling.ts';
import { decidedWithin } from './request-time.ts';
import type { SystemState } from './segments.ts';

/** Where windows begin and end. Too short biases the result, too long only costs time. */
export interface WindowRules {
  /** Before a change, in the state until then: requests sent earlier are decided before it. */
  lead(plan: Plan, state: SystemState): Micros;
  /** After a fault's start until the system is stationary in the new state, as long as every group has a connector left. */
  startSettles(plan: Plan, fault: PlannedFault): Micros;
  /** In addition, when a group has none left: requests wait for one to come back. */
  emptySettles(plan: Plan): Micros;
  /** In addition, until queues are stationary in `state`, coming from the states `passed` (none: from empty queues). */
  loadSettles(plan: Plan, state: SystemState, passed: readonly SystemState[]): Micros;
  /** After a fault's end until the system is stationary again. */
  endSettles(plan: Plan, fault: PlannedFault): Micros;
  /**
   * After a fault's end until it is forgotten by faults of its own kind (session ages, tickets); zero when it leaves no
   * memory. Such a fault is simulated whole, and together with a next one that comes before it is forgotten.
   */
  remembered(plan: Plan, fault: PlannedFault): Micros;
  /** Stationary warm-up of every window before anything counts: queues and latency averages. */
  readonly warmUp: Micros;
}

/** Latency averages forget within this; what queues need is loadSettles. */
const drain = seconds(10);
/** Clients wait at most this long after the token service is back. */
const identityBackOff = minutes(5);

/** By the catalogue: each fault knows when it is noticed, when it has settled, and what remembers it. */
export const catalogueRules: WindowRules = {
  lead: (plan, state) => micros(Math.max(decidedWithin(plan, state), Math.min(plan.outcome.deadline, seconds(5)))),
  startSettles: (plan, fault) => micros(faultCatalogue.get(fault.kind).detectedWithin(plan) + drain),
  emptySettles: (plan) => micros(Math.max(plan.behaviour.connectorWait, plan.behaviour.queue.timeout)),
  loadSettles,
  endSettles: (plan, fault) => {
    const known = faultCatalogue.get(fault.kind);
    return known.carries === 'nothing' ? known.settles(plan, fault) : identityBackOff;
  },
  remembered: (plan, fault) => {
    const known = faultCatalogue.get(fault.kind);
    return known.carries === 'nothing' ? micros(0) : known.settles(plan, fault);
  },
  warmUp: seconds(5),
};
