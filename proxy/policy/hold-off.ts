import type { Random } from '../host/random.ts';
import type { Instant, Micros } from '../host/units.ts';
import { after } from '../host/units.ts';
import { ceiling, fullJitter } from './backoff.ts';

/** When calls to a failing peer pause. */
export interface HoldOffRule {
  /** Failures in a row, without a success between, after which calls pause; ≥ 1. */
  readonly failures: number;
  /** First pause; doubles with each failed trial call. */
  readonly base: Micros;
  readonly cap: Micros;
}

/**
 * A circuit breaker that also obeys Retry-After. A single failure stops nobody: in a brown-out of 10 % errors, pausing at
 * each would turn it into an outage. A told Retry-After always counts (documented: "wait full Retry-After").
 */
export class HoldOff {
  readonly #rule: HoldOffRule;
  readonly #random: Random;
  #failures = 0;
  #until = 0 as Instant;
  #trial = false;

  constructor(rule: HoldOffRule, random: Random) {
    this.#rule = rule;
    this.#random = random;
  }

  /** Span until a call may be made; 0: now. Tells only, takes nothing. */
  wait(now: Instant): Micros {
    if (now < this.#until) return (this.#until - now) as Micros;
    return (this.#trial ? this.#rule.base : 0) as Micros;
  }

  /** A call starts. After a pause the first one is the trial, and the others wait for its result. */
  begin(): void {
    if (this.#failures >= this.#rule.failures) this.#trial = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0 as Instant;
    this.#trial = false;
  }

  /** `retryAfter`: what the peer told, undefined when nothing. */
  failed(now: Instant, retryAfter: Micros | undefined): void {
    this.#trial = false;
    this.#failures++;
    const over = this.#failures - this.#rule.failures;
    let span = retryAfter ?? 0;
    if (over >= 0) {
      const half = Math.round(ceiling(over, this.#rule.base, this.#rule.cap) / 2) as Micros;
      span = Math.max(span, half + fullJitter(0, half, half, this.#random));
    }
    const end = after(now, span as Micros);
    if (end > this.#until) this.#until = end;
  }
}
