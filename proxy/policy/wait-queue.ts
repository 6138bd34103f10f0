import type { Cancel } from '../host/cancel.ts';
import type { Clock, TimerId } from '../host/clock.ts';
import type { QueueRule } from './behaviour.ts';

/** How a wait ended without a value. */
export type WaitEnd = 'timeout' | 'full' | 'cancelled';

interface Waiter<T> {
  resolve: (value: T | WaitEnd) => void;
  timer: TimerId;
  withdraw: (() => void) | undefined;
  readonly avoid: T | undefined;
  older: Waiter<T> | undefined;
  newer: Waiter<T> | undefined;
}

/**
 * Requests waiting for a free connector: bounded, each for at most `rule.timeout`. First in, first out while at most half full;
 * beyond that the newest goes first, so that under overload some requests are still served in time instead of all too late
 * (Facebook's adaptive LIFO, Maurer, "Fail at Scale", ACM Queue 2015).
 */
export class WaitQueue<T> {
  readonly #clock: Clock;
  readonly #rule: QueueRule;
  #oldest: Waiter<T> | undefined = undefined;
  #newest: Waiter<T> | undefined = undefined;
  #size = 0;

  constructor(clock: Clock, rule: QueueRule) {
    this.#clock = clock;
    this.#rule = rule;
  }

  /** Waiters now, at most `rule.perApplication`. */
  get size(): number {
    return this.#size;
  }

  /** What the one to be served next would rather not get; undefined: it, or nobody, has no such wish. */
  get avoided(): T | undefined {
    return this.#next()?.avoid;
  }

  /**
   * Resolves with an offered value, or why there is none; never rejects. `full` and an already tripped cancel answer at once.
   * @param avoid a wish for whoever offers, see `avoided`
   */
  wait(cancel?: Cancel, avoid?: T): Promise<T | WaitEnd> {
    if (cancel?.cancelled) return Promise.resolve('cancelled');
    if (this.#size >= this.#rule.perApplication) return Promise.resolve('full');
    return new Promise((resolve) => {
      const waiter: Waiter<T> = {
        resolve,
        timer: this.#clock.timeout(this.#rule.timeout, () => this.#end(waiter, 'timeout')),
        withdraw: undefined,
        avoid,
        older: this.#newest,
        newer: undefined,
      };
      if (this.#newest === undefined) this.#oldest = waiter;
      else this.#newest.newer = waiter;
      this.#newest = waiter;
      this.#size++;
      waiter.withdraw = cancel?.onCancel(() => this.#end(waiter, 'cancelled'));
    });
  }

  /** Hands `value` to one waiter; false when nobody waits (the value stays the caller's). */
  offer(value: T): boolean {
    const waiter = this.#next();
    if (waiter === undefined) return false;
    this.#end(waiter, value);
    return true;
  }

  /** Sends everybody away. */
  endAll(end: WaitEnd): void {
    for (let waiter = this.#oldest; waiter !== undefined; waiter = this.#oldest) this.#end(waiter, end);
  }

  #next(): Waiter<T> | undefined {
    return this.#size * 2 > this.#rule.perApplication ? this.#newest : this.#oldest;
  }

  #end(waiter: Waiter<T>, value: T | WaitEnd): void {
    this.#clock.clear(waiter.timer);
    waiter.withdraw?.();
    if (waiter.older === undefined) this.#oldest = waiter.newer;
    else waiter.older.newer = waiter.newer;
    if (waiter.newer === undefined) this.#newest = waiter.older;
    else waiter.newer.older = waiter.older;
    this.#size--;
    waiter.resolve(value);
  }
}
