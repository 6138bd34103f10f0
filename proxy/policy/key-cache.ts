import type { Instant, Micros } from '../host/units.ts';
import { hours, seconds } from '../host/units.ts';
import type { KeySet } from '../token/identity-port.ts';
import { StaleCache } from './stale-cache.ts';

/** Documented for OWIN middleware: metadata and keys are cached 24 h; stale-if-error 24 h and 30 s between refetches are ours. */
const documentedKeyCache = { cachedFor: hours(24), staleFor: hours(24), refetchInterval: seconds(30) };

/**
 * Signing keys of the token service. They outlive an outage (stale-if-error), follow a rollover (an unknown key id is looked
 * up at once), and a flood of invented key ids causes at most one look-up per 30 s.
 */
export class KeyCache {
  readonly #cache: StaleCache<KeySet>;

  constructor(rule: { cachedFor: Micros; staleFor: Micros; refetchInterval?: Micros } = documentedKeyCache) {
    this.#cache = new StaleCache({ refetchInterval: documentedKeyCache.refetchInterval, ...rule });
  }

  /** The keys if they may still be used; undefined: fetch first. */
  get(now: Instant): KeySet | undefined {
    return this.#cache.get(now);
  }

  /** True when an ordinary refresh is due. */
  due(now: Instant): boolean {
    return this.#cache.due(now);
  }

  /** True when the usable keys contain `keyId`. */
  has(keyId: string, now: Instant): boolean {
    return this.get(now)?.keyIds.includes(keyId) ?? false;
  }

  /** Takes the one early refresh that an unknown or failing key may cause per interval. */
  takeRefetch(now: Instant): boolean {
    return this.#cache.takeEarlyRefresh(now);
  }

  store(keys: KeySet, now: Instant): void {
    this.#cache.store(keys, now);
  }

  failed(now: Instant): void {
    this.#cache.failed(now);
  }
}
