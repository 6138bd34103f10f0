import type { Random } from '../host/random.ts';
import { type Micros, minutes, ms } from '../host/units.ts';
import { fullJitter } from './backoff.ts';

/** No redial comes sooner, whatever is drawn. */
const least = ms(10);
/** After a goaway: connectors that were told in the same instant do not all come in the same instant. */
const spread = ms(250);
/** A service is not believed that wants to be left alone for longer. */
const longestRetryAfter = minutes(10);

/** How a tunnel ended, as far as the next dial is concerned. */
export interface TunnelEnd {
  /** From open to end; zero: it never opened. */
  readonly lived: Micros;
  /** The service asked the connector to go, and to come back no sooner than this; undefined: it did not ask. */
  readonly retryAfter: Micros | undefined;
}

/**
 * How long a connector waits before it dials a lost tunnel again: full jitter under a ceiling that doubles from `base` to
 * `cap`. It starts over once a tunnel lived twice as long as the last delay: one that dies at once must not be redialled in
 * a tight loop, and one that lived for long has nothing to do with what went wrong before it.
 *
 * A goaway is an orderly end and no failure: after a tunnel that lived, the redial comes at once, but for a small spread.
 */
export class Redial {
  readonly #base: Micros;
  readonly #cap: Micros;
  readonly #random: Random;
  #attempt = 0;
  #last = 0;

  constructor(rule: { readonly base: Micros; readonly cap: Micros }, random: Random) {
    this.#base = rule.base;
    this.#cap = rule.cap;
    this.#random = random;
  }

  /** The wait before the next dial; at least the service's `retryAfter`, of which at most ten minutes are believed. */
  after({ lived, retryAfter }: TunnelEnd): Micros {
    const lasted = lived > 2 * Math.max(this.#last, this.#base);
    if (lasted) this.#attempt = 0;
    const asked = Math.min(retryAfter ?? 0, longestRetryAfter);
    if (lasted && retryAfter !== undefined) {
      this.#last = 0;
      return (asked + Math.max(least, this.#random.below(spread + 1))) as Micros;
    }
    this.#last = fullJitter(this.#attempt, this.#base, this.#cap, this.#random);
    this.#attempt += 1;
    return (asked + Math.max(least, this.#last)) as Micros;
  }
}
