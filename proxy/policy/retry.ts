import type { Instant } from '../host/units.ts';
import type { RetryRule } from './behaviour.ts';

/** RFC 9110 9.2.2: sending these twice means the same as sending them once. TRACE is never forwarded. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Whether a request that got no answer byte may be sent again. `attemptsSoFar` counts the first attempt (≥ 1).
 * `never`: known not to have been processed, any method may go; `maybe`: only idempotent methods. Methods are case-sensitive.
 */
export function mayRetry(
  rule: RetryRule,
  method: string,
  processed: 'never' | 'maybe',
  attemptsSoFar: number,
): boolean {
  if (attemptsSoFar > rule.attempts) return false;
  return processed === 'never' || idempotent.has(method);
}

const slots = 10;
const slotMicros = 1_000_000;

/**
 * Keeps retries from feeding an overload: over the running ten seconds at most `budgetRatio` of requests plus `burst`
 * (Envoy 20 % and 3; Finagle `RetryBudget` 20 %, 10 s). Counted in one-second slots.
 */
export class RetryBudget {
  readonly #rule: RetryRule;
  readonly #requests = new Array<number>(slots).fill(0);
  readonly #retries = new Array<number>(slots).fill(0);
  #requestSum = 0;
  #retrySum = 0;
  #slot = 0;

  constructor(rule: RetryRule) {
    this.#rule = rule;
  }

  /** A first attempt is about to be sent. */
  onRequest(now: Instant): void {
    if (this.#rule.budgetRatio === undefined) return;
    const at = this.#advance(now);
    this.#requests[at] = (this.#requests[at] ?? 0) + 1;
    this.#requestSum++;
  }

  /** Takes one retry from the budget; false: none left. Without a budget always true. */
  tryTake(now: Instant): boolean {
    const ratio = this.#rule.budgetRatio;
    if (ratio === undefined) return true;
    const at = this.#advance(now);
    if (this.#retrySum + 1 > this.#requestSum * ratio + this.#rule.burst) return false;
    this.#retries[at] = (this.#retries[at] ?? 0) + 1;
    this.#retrySum++;
    return true;
  }

  /** Forgets what is ten slots old and returns the index of the present slot. */
  #advance(now: Instant): number {
    const slot = Math.floor(now / slotMicros);
    const steps = Math.min(slot - this.#slot, slots);
    for (let i = 1; i <= steps; i++) {
      const old = (this.#slot + i) % slots;
      this.#requestSum -= this.#requests[old] ?? 0;
      this.#retrySum -= this.#retries[old] ?? 0;
      this.#requests[old] = 0;
      this.#retries[old] = 0;
    }
    if (slot > this.#slot) this.#slot = slot;
    return this.#slot % slots;
  }
}
