import type { Instant, Micros } from '../host/units.ts';
import { ms, seconds } from '../host/units.ts';

/**
 * Latency estimate that jumps up at once and comes down slowly: a member that turned slow is avoided after one answer.
 * Peak EWMA as in Finagle (`PeakEwma.scala`) and linkerd2-proxy, with their values: decay 10 s, first guess 30 ms.
 */
export class PeakEwma {
  readonly #decay: number;
  #cost: number;
  #stamp = -1;

  /** `decay`: time constant, > 0. `start`: guess used until the first observation. */
  constructor(decay: Micros = seconds(10), start: Micros = ms(30)) {
    this.#decay = decay;
    this.#cost = start;
  }

  /** One measured time to first byte, `rtt` ≥ 0. */
  observe(now: Instant, rtt: Micros): void {
    if (this.#stamp < 0) {
      this.#stamp = now;
      if (rtt > this.#cost) this.#cost = rtt;
      return;
    }
    const age = now - this.#stamp;
    const weight = age <= 0 ? 1 : Math.exp(-age / this.#decay);
    const blended = this.#cost * weight + rtt * (1 - weight);
    this.#cost = rtt > blended ? rtt : blended;
    this.#stamp = now;
  }

  /** Estimate in microseconds. Fades towards zero without observations, so an avoided member is tried again. */
  value(now: Instant): number {
    if (this.#stamp < 0) return this.#cost;
    const age = now - this.#stamp;
    return age <= 0 ? this.#cost : this.#cost * Math.exp(-age / this.#decay);
  }
}
