import type { Instant } from '../../../proxy/host/units.ts';
import { DueQueue, type Pending, type Scheduler } from './scheduler.ts';

/**
 * The last stretch before a due time is waited with setImmediate instead of a timer: libuv timers count whole
 * milliseconds from a cached loop time and fire up to 1.4 ms early or 1 ms late (libuv/libuv#4773).
 */
const SPIN_MICROS = 1_200;

/** Longest timer Node accepts is 2^31-1 ms; longer waits are re-armed. */
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** How long due calls run before other events of the loop get their turn, looked at after every few calls. */
const TURN_MICROS = 4_000;
const FEW_CALLS = 4;

/** Wall time for toxics: one queue, one timer, and never early. */
export class LiveScheduler implements Scheduler {
  readonly #queue = new DueQueue();
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;
  readonly #failed: (error: unknown) => void;

  /** @param failed told what a call threw; the others still run */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  now(): Instant {
    return Math.floor(performance.now() * 1_000) as Instant;
  }

  at(due: Instant, run: () => void): Pending {
    const pending = this.#queue.add(due, run);
    this.#arm();
    return pending;
  }

  /** Drops all pending calls; later ones never run. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
    clearTimeout(this.#timer);
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
  }

  #arm(): void {
    const due = this.#queue.next();
    if (due === undefined || this.#closed || this.#immediate !== undefined) return;
    const left = due - this.now();
    if (left <= SPIN_MICROS) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerDue = Number.POSITIVE_INFINITY;
      this.#immediate = setImmediate(() => {
        this.#immediate = undefined;
        this.#fire();
      });
    } else if (due < this.#timerDue) {
      clearTimeout(this.#timer);
      this.#timerDue = due;
      const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(1, Math.floor((left - SPIN_MICROS) / 1_000)));
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#timerDue = Number.POSITIVE_INFINITY;
        this.#fire();
      }, waitMs);
    }
  }

  #fire(): void {
    const now = this.now();
    let ran: number;
    // Calls that are asked for from here on are due later than `now`, so that none can keep the others waiting.
    do ran = this.#queue.runDue(now, FEW_CALLS, this.#failed);
    while (ran === FEW_CALLS && this.now() - now < TURN_MICROS);
    this.#arm();
  }
}
