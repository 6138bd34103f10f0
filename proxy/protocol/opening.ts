import type { Clock, TimerId } from '../host/clock.ts';
import type { Micros } from '../host/units.ts';

/** The wait for the peer's first frame: a promise with a deadline. */
export class Opening {
  readonly #clock: Clock;
  readonly #reject: (error: Error) => void;
  readonly #resolve: () => void;
  #timer: TimerId;

  /** `late` runs when `timeout` has passed and neither `done` nor `fail` was called. */
  constructor(clock: Clock, timeout: Micros, late: () => void, resolve: () => void, reject: (error: Error) => void) {
    this.#clock = clock;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = clock.timeout(timeout, late);
  }

  done(): void {
    this.#clock.clear(this.#timer);
    this.#resolve();
  }

  fail(error: Error): void {
    this.#clock.clear(this.#timer);
    this.#reject(error);
  }
}
