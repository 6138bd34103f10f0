import type { Micros } from '../host/units.ts';
import { hours, minutes, ms, seconds } from '../host/units.ts';

/** How the service deals with its token service. Spans are inclusive where reached. */
export interface IdentityOptions {
  /** One exchange is given up after this. */
  readonly exchangeTimeout: Micros;
  /** A user waits at most this long for one sign-in step, repeats included; then 503. */
  readonly patience: Micros;
  /** Least wait before the first repeat without Retry-After (documented: 5 s); doubles, with jitter on top. */
  readonly retryFirst: Micros;
  readonly retryCap: Micros;
  /** Failures in a row after which all calls pause. */
  readonly pauseAfter: number;
  readonly metadataCachedFor: Micros;
  readonly keysCachedFor: Micros;
  /** Keys and metadata serve this much longer while they cannot be fetched. */
  readonly staleFor: Micros;
  /** At most one look-up of unknown keys per this span. */
  readonly refetchInterval: Micros;
  /** A begun sign-in must come back within this. */
  readonly signInWithin: Micros;
}

/** Documented values where there are some (repeat after 5 s, metadata 24 h); the others are stated assumptions. */
export const identityDefaults: IdentityOptions = {
  exchangeTimeout: ms(5000),
  patience: seconds(12),
  retryFirst: seconds(5),
  retryCap: seconds(60),
  pauseAfter: 5,
  metadataCachedFor: hours(24),
  keysCachedFor: hours(24),
  staleFor: hours(24),
  refetchInterval: seconds(30),
  signInWithin: minutes(10),
};
