import type { Instant } from '../../../proxy/host/units.ts';

/** A pending call of a {@link Scheduler}. */
export interface Pending {
  /** Withdraws the call; calling it after the call ran does nothing. */
  cancel(): void;
}

/** Time as toxics see it. The live one never runs a call early; tests inject one that jumps. */
export interface Scheduler {
  /** Monotonic, integer microseconds. */
  now(): Instant;
  /** Runs `run` once, when `now() >= due`; calls due at the same instant run in the order they were asked for. */
  at(due: Instant, run: () => void): Pending;
}

interface Entry extends Pending {
  readonly due: Instant;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Calls ordered by (due, order): a binary heap with lazy removal, so cancelling costs nothing on the hot path. */
export class DueQueue {
  readonly #heap: Entry[] = [];
  #order = 0;

  /** Adds a call. */
  add(due: Instant, run: () => void): Pending {
    const entry: Entry = {
      due,
      order: this.#order++,
      run,
      cancel() {
        entry.run = undefined;
      },
    };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return entry;
  }

  /** The earliest due time, or undefined when nothing is pending. */
  next(): Instant | undefined {
    let top = this.#heap[0];
    while (top !== undefined && top.run === undefined) {
      this.#pop();
      top = this.#heap[0];
    }
    return top?.due;
  }

  /** Runs every call that is due at `now`, at most `limit` of them; returns how many ran. What a call throws goes to `failed`. */
  runDue(now: Instant, limit = Number.POSITIVE_INFINITY, failed?: (error: unknown) => void): number {
    let ran = 0;
    for (let due = this.next(); due !== undefined && due <= now && ran < limit; due = this.next()) {
      const entry = this.#pop();
      const run = entry?.run;
      if (entry !== undefined) entry.run = undefined;
      ran += 1;
      try {
        run?.();
      } catch (error) {
        if (failed === undefined) throw error;
        failed(error);
      }
    }
    return ran;
  }

  /** Forgets everything. */
  clear(): void {
    this.#heap.length = 0;
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a] as Entry;
    const right = this.#heap[b] as Entry;
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] as Entry;
    this.#heap[a] = this.#heap[b] as Entry;
    this.#heap[b] = held;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): Entry | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (top === undefined || last === undefined || this.#heap.length === 0) return top;
    this.#heap[0] = last;
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      if (left >= this.#heap.length) return top;
      const right = left + 1;
      const least = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (!this.#before(least, at)) return top;
      this.#swap(least, at);
      at = least;
    }
  }
}
