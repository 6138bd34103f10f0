import type { Instant, Micros } from '../host/units.ts';
import { after } from '../host/units.ts';

/** How long a fetched value serves. All spans ≥ 0. */
export interface CacheRule {
  /** Used without asking for this long after it was fetched. */
  readonly cachedFor: Micros;
  /** Used for this long beyond that while asking fails (stale-if-error, RFC 5861 4). */
  readonly staleFor: Micros;
  /** After a failed refresh, or an early one, the next waits at least this long. */
  readonly refetchInterval: Micros;
}

/** One value fetched from elsewhere that must outlive the outage of its source. Holds state only; its owner fetches. */
export class StaleCache<T> {
  readonly #rule: CacheRule;
  #value: T | undefined = undefined;
  #fetchedAt = 0 as Instant;
  #notBefore = 0 as Instant;

  constructor(rule: CacheRule) {
    this.#rule = rule;
  }

  /** The value, fresh or stale; undefined when there is none or it is older than cachedFor + staleFor. */
  get(now: Instant): T | undefined {
    if (this.#value === undefined) return undefined;
    return now - this.#fetchedAt < this.#rule.cachedFor + this.#rule.staleFor ? this.#value : undefined;
  }

  /** True when the value should be fetched (again) now. */
  due(now: Instant): boolean {
    if (this.get(now) === undefined) return true;
    return now - this.#fetchedAt >= this.#rule.cachedFor && now >= this.#notBefore;
  }

  store(value: T, now: Instant): void {
    this.#value = value;
    this.#fetchedAt = now;
  }

  /** A refresh failed: the old value serves on without asking each time. */
  failed(now: Instant): void {
    this.#notBefore = after(now, this.#rule.refetchInterval);
  }

  /** Takes the right to refresh a value that is still fresh, at most once per refetchInterval, whoever asks. */
  takeEarlyRefresh(now: Instant): boolean {
    if (now < this.#notBefore) return false;
    this.#notBefore = after(now, this.#rule.refetchInterval);
    return true;
  }
}
