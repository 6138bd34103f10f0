import type { Clock } from '../host/clock.ts';
import type { Instant } from '../host/units.ts';

/** A healthy peer that cancels everything it asks for stays below this rate; a thawed one may deliver a minute at once. */
const REFILL_PER_SECOND = 2_000;
const BURST = 20_000;

/** Counts frames that cost us work and the sender nothing (resets, refused streams): a token bucket that is read lazily. */
export class FloodGuard {
  readonly #clock: Clock;
  #tokens = BURST;
  #filledAt: Instant;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Books one such frame. False: flood. */
  admit(): boolean {
    if (this.#tokens < 1) {
      const now = this.#clock.now();
      this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#filledAt) * REFILL_PER_SECOND) / 1_000_000);
      this.#filledAt = now;
      if (this.#tokens < 1) return false;
    }
    this.#tokens--;
    return true;
  }
}
