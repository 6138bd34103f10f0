import type { Micros } from '../host/units.ts';
import { ms, seconds } from '../host/units.ts';

/**
 * What the documentation leaves open, in one record. The plan carries it whole, the verdict line names it, and comparing
 * two of them is itself a redundancy question.
 */
export interface Behaviour {
  /** `documented`, `hardened`, or the name a scenario gives its own record. */
  readonly name: string;
  /** How a connector is chosen inside its group. */
  readonly balancer: 'random' | 'p2c-peak-ewma';
  readonly detection: Detection;
  /** How long a request waits for a connector before "Gateway time-out". */
  readonly connectorWait: Micros;
  readonly queue: QueueRule;
  readonly retry: RetryRule;
  readonly ejection: EjectionRule | undefined;
  /** A returning connector gets a rising share over this span; zero: none. */
  readonly slowStart: Micros;
}

export interface Detection {
  /** A closed tunnel counts at once. False models a relay that goes on choosing it until `deadAfter` of silence. */
  readonly onClose: boolean;
  readonly pingInterval: Micros;
  /** No new work after this much silence; undefined: never. */
  readonly suspectAfter: Micros | undefined;
  /** Dropped, its requests lost, after this much silence; undefined: detection off. */
  readonly deadAfter: Micros | undefined;
}

/** Requests waiting at the service because every connector is at its cap. */
export interface QueueRule {
  readonly perApplication: number;
  readonly timeout: Micros;
}

export interface RetryRule {
  /** Retries by the service after the first attempt; 0 none. Never after the first answer byte, never a non-idempotent request that may have been processed. */
  readonly attempts: number;
  /** Retries may be at most this share of requests over 10 s (plus `burst`); undefined: no budget. */
  readonly budgetRatio: number | undefined;
  readonly burst: number;
}

/** Ejection counts, not percentages: groups have two to four members. */
export interface EjectionRule {
  readonly consecutiveFailures: number;
  readonly baseSpan: Micros;
  readonly maxSpan: Micros;
  /** Of n connectors at most floor(n × share) are ejected, never the last. */
  readonly maxShare: number;
}

/**
 * As far as documentation goes: an available connector is chosen at random, the service itself never retries. Detection
 * and waiting times are not documented; the values here are stated assumptions.
 */
export const documented: Behaviour = {
  name: 'documented',
  balancer: 'random',
  detection: { onClose: true, pingInterval: seconds(10), suspectAfter: undefined, deadAfter: seconds(30) },
  connectorWait: seconds(20),
  queue: { perApplication: 1000, timeout: seconds(20) },
  retry: { attempts: 0, budgetRatio: undefined, burst: 0 },
  ejection: undefined,
  slowStart: ms(0),
};

/** What a careful implementer would do. */
export const hardened: Behaviour = {
  name: 'hardened',
  balancer: 'p2c-peak-ewma',
  detection: { onClose: true, pingInterval: seconds(1), suspectAfter: ms(2500), deadAfter: seconds(5) },
  connectorWait: seconds(1),
  queue: { perApplication: 100, timeout: seconds(1) },
  retry: { attempts: 2, budgetRatio: 0.2, burst: 3 },
  ejection: { consecutiveFailures: 5, baseSpan: seconds(5), maxSpan: seconds(300), maxShare: 0.5 },
  slowStart: seconds(10),
};
