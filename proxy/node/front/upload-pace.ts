import { elapsed, type Instant, type Micros, ms } from '../../host/units.ts';

/**
 * How much longer the client of an upload may be waited for: `least` bytes must come in each `span` of waiting. Time in which
 * nobody waits for it, because the application or the tunnel takes nothing, is not counted.
 */
export class UploadPace {
  readonly #span: Micros;
  readonly #least: number;
  #since: Instant | undefined;
  /** Microseconds waited, and bytes that came, since the last time they were enough. */
  #waited = 0;
  #came = 0;

  constructor(span: Micros, least: number) {
    this.#span = span;
    this.#least = least;
  }

  /** Somebody waits from `now` on; for at most the span it gives back. */
  waits(now: Instant): Micros {
    this.#since = now;
    return Math.max(ms(1), this.#span - this.#waited) as Micros;
  }

  came(bytes: number, now: Instant): void {
    if (this.#since !== undefined) this.#waited += elapsed(this.#since, now);
    this.#since = undefined;
    this.#came += bytes;
    if (this.#came < this.#least) return;
    this.#came = 0;
    this.#waited = 0;
  }
}
