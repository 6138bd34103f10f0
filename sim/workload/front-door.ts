import { elapsed, type Instant } from '../../proxy/host/units.ts';
import type { FrontDoorPlan } from '../plan/plan.ts';

/**
 * The draw of a request's attempt, uniform in [0, 1): attempt 0 has the request's own, every retry one that has nothing to do
 * with it, since a new connection goes to any instance. The same in both worlds.
 */
export function pickOfAttempt(pick: number, attempt: number): number {
  if (attempt === 0) return pick;
  // The finalizer of MurmurHash3 over both.
  let h = (pick * 4294967296) ^ Math.imul(attempt, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

interface Watched {
  readonly instance: string;
  healthy: boolean;
  /** Since when probes fail without a break; undefined while they succeed. */
  failingSince: Instant | undefined;
}

/**
 * The load balancer in front of the service: any healthy instance, no affinity (documented). It learns of health by probes
 * alone, so requests go on reaching a dead instance until `unhealthyAfter` of failed probes.
 */
export class FrontDoor {
  readonly #rule: FrontDoorPlan;
  readonly #watched: readonly Watched[];

  constructor(rule: FrontDoorPlan, instances: readonly string[]) {
    this.#rule = rule;
    this.#watched = instances.map((instance) => ({ instance, healthy: true, failingSince: undefined }));
  }

  /** The instance for a request, `pick` uniform in [0, 1). All of them when none is healthy. */
  choose(pick: number): string {
    let healthy = 0;
    for (const one of this.#watched) if (one.healthy) healthy += 1;
    const among = healthy === 0 ? this.#watched.length : healthy;
    let index = Math.floor(pick * among);
    for (const one of this.#watched) {
      if (healthy > 0 && !one.healthy) continue;
      if (index === 0) return one.instance;
      index -= 1;
    }
    return this.#watched[0]?.instance ?? '';
  }

  /** A probe of `instance` that was sent at `sent` ended. One success is enough to come back. */
  probed(instance: string, succeeded: boolean, sent: Instant): void {
    const one = this.#watched.find((watched) => watched.instance === instance);
    if (one === undefined) return;
    if (succeeded) {
      one.healthy = true;
      one.failingSince = undefined;
      return;
    }
    one.failingSince ??= sent;
    if (elapsed(one.failingSince, sent) >= this.#rule.unhealthyAfter) one.healthy = false;
  }
}
