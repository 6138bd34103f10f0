import { type Micros, micros, seconds } from '../../proxy/host/units.ts';
import type { Plan } from '../plan/plan.ts';

/**
 * Upper bounds for how long the system remembers a fault that is over. Long-horizon windows end there, so a bound that
 * is too short biases availability and one that is too long only costs time.
 */

/** Latency averages forget (peak EWMA decays over 10 s); how long queues take depends on the load, not on the fault. */
export const drain: Micros = seconds(10);

const longest = (spans: readonly Micros[]): Micros => micros(Math.max(0, ...spans));

/** Silence until a dead tunnel is dropped; with detection off the run never notices, and requests end by time-out. */
export function silenceNoticed(plan: Plan): Micros {
  const { suspectAfter, deadAfter } = plan.behaviour.detection;
  return suspectAfter ?? deadAfter ?? longest(plan.applications.map((application) => application.backendTimeout));
}

/** A closed tunnel: at once, or only by silence where the behaviour goes on choosing it. */
export function closeNoticed(plan: Plan): Micros {
  return plan.behaviour.detection.onClose ? micros(0) : silenceNoticed(plan);
}

/** Process start, tunnels up, slow start over, queues empty. */
export function afterRestart(plan: Plan): Micros {
  const restart = longest(plan.topology.connectors.map((connector) => connector.restartDelay));
  return micros(restart + plan.behaviour.slowStart + drain);
}

/** Tunnels lost to silence are dialled again, at the latest after the cap of the back-off. */
export function afterSilence(plan: Plan): Micros {
  const redial = longest(plan.topology.connectors.map((connector) => connector.reconnect.cap));
  return micros(redial + (plan.behaviour.detection.deadAfter ?? 0) + plan.behaviour.slowStart + drain);
}

/**
 * An instance that came back opens to users at the latest when its patience for connectors is over (the redial cap and ten
 * seconds, `openingPatience`), and is found by the next probe of the front door.
 */
export function afterInstanceReturn(plan: Plan): Micros {
  const { connectors, frontDoor } = plan.topology;
  const redial = longest(connectors.map((connector) => connector.reconnect.cap));
  return micros(redial + seconds(10) + frontDoor.probeInterval + plan.behaviour.slowStart + drain);
}

/** Requests that were under way end at the latest with the backend deadline. */
export function afterHeldRequests(plan: Plan): Micros {
  const ejected = plan.behaviour.ejection?.maxSpan ?? micros(0);
  return micros(longest(plan.applications.map((application) => application.backendTimeout)) + ejected + drain);
}

/** Sign-ins bunched at the end of an outage spread over session lives again: three of the longest lives. */
export function afterSessions(plan: Plan): Micros {
  return micros(3 * plan.identity.sessionLife.to + drain);
}
