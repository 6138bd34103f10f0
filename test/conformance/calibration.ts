import { micros } from '../../proxy/host/units.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { Centre } from './row.ts';

/** What real software adds to a request's way that the virtual world does not know: milliseconds. */
export interface Calibration {
  /** To every request. */
  readonly added: number;
  /** Up to this much more, uniform: scheduling noise of a shared machine. */
  readonly spread: number;
  /** To every start of a connector process. */
  readonly start: number;
}

/** From one scenario at one load. The 99th of a hundred requests has nearly all of a uniform spread. */
export function calibrate(live: Centre, virtual: Centre): Calibration {
  const middle = Math.max(0, live.p50 - virtual.p50);
  const tail = Math.max(0, live.p99 - virtual.p99);
  // p50 of (added + uniform[0, spread]) is added + spread / 2, p99 is added + 0.99 spread; the middle comes first
  const spread = Math.min(2 * middle, Math.max(0, (tail - middle) / 0.49));
  return { added: middle - spread / 2, spread, start: live.startMs };
}

/** The plan with the calibration: on the users' links, the one place every request passes twice, and on process starts. */
export function calibrated(plan: Plan, calibration: Calibration): Plan {
  const { userLink } = plan.topology;
  return {
    ...plan,
    topology: {
      ...plan.topology,
      connectors: plan.topology.connectors.map((connector) => ({
        ...connector,
        restartDelay: micros(connector.restartDelay + 1_000 * calibration.start),
      })),
      userLink: {
        ...userLink,
        latency: micros(userLink.latency + 500 * calibration.added),
        jitter: micros(userLink.jitter + 500 * calibration.spread),
      },
    },
  };
}
