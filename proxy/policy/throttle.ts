import type { Instant } from '../host/units.ts';

/** Transactions per second, each ≥ 1. */
export interface ThrottleLimits {
  readonly perApplication: number;
  readonly tenant: number;
}

/** Documented service limits: 500 transactions a second per application, 750 per tenant; beyond them 429. */
export const documentedLimits: ThrottleLimits = { perApplication: 500, tenant: 750 };

interface Count {
  second: number;
  admitted: number;
}

const secondMicros = 1_000_000;

/**
 * Admits transactions up to the documented rates. The window is not documented: whole seconds of this instance's clock
 * are assumed. What is refused counts against nobody. Limits are per Throttle, so instances share a tenant's limit only
 * if their owner divides it.
 */
export class Throttle {
  readonly #limits: ThrottleLimits | undefined;
  readonly #tenant: Count = { second: -1, admitted: 0 };
  /** One entry per published application. */
  readonly #applications = new Map<string, Count>();

  /** `limits` undefined: everything is admitted. */
  constructor(limits: ThrottleLimits | undefined) {
    this.#limits = limits;
  }

  /** `application` is the id of a published application, never text a client chose. False: answer 429. */
  admit(application: string, now: Instant): boolean {
    const limits = this.#limits;
    if (limits === undefined) return true;
    const second = Math.floor(now / secondMicros);
    let own = this.#applications.get(application);
    if (own === undefined) {
      own = { second, admitted: 0 };
      this.#applications.set(application, own);
    }
    turn(own, second);
    turn(this.#tenant, second);
    if (own.admitted >= limits.perApplication || this.#tenant.admitted >= limits.tenant) return false;
    own.admitted++;
    this.#tenant.admitted++;
    return true;
  }
}

function turn(count: Count, second: number): void {
  if (count.second === second) return;
  count.second = second;
  count.admitted = 0;
}
