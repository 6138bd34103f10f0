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

class Call implements Pending {
  readonly due: Instant;
  readonly order: number;
  /** Undefined once it ran or was withdrawn. */
  run: (() => void) | undefined;
  readonly #withdrawn: () => void;

  constructor(due: Instant, order: number, run: () => void, withdrawn: () => void) {
    this.due = due;
    this.order = order;
    this.run = run;
    this.#withdrawn = withdrawn;
  }

  cancel(): void {
    if (this.run === undefined) return;
    this.run = undefined;
    this.#withdrawn();
  }
}

/** So many withdrawn calls are kept whatever the number of pending ones: rebuilding a small heap gains nothing. */
const FEW_WITHDRAWN = 64;

/**
 * Calls ordered by (due, order): a binary heap with lazy removal, so cancelling costs next to nothing. Withdrawn calls
 * are thrown out together once they are the greater part: else those far from due would pile up for hours.
 */
export class DueQueue {
  readonly #heap: Call[] = [];
  #order = 0;
  #dead = 0;
  readonly #withdrawn = (): void => {
    this.#dead += 1;
    if (this.#dead > FEW_WITHDRAWN && this.#dead * 2 > this.#heap.length) this.#rebuild();
  };

  /** Adds a call. */
  add(due: Instant, run: () => void): Pending {
    const call = new Call(due, this.#order++, run, this.#withdrawn);
    this.#heap.push(call);
    this.#up(this.#heap.length - 1);
    return call;
  }

  /** Calls that take memory: those pending and at most as many withdrawn ones, or 64. */
  get size(): number {
    return this.#heap.length;
  }

  /** The earliest due time, or undefined when nothing is pending. */
  next(): Instant | undefined {
    let top = this.#heap[0];
    while (top !== undefined && top.run === undefined) {
      this.#pop();
      this.#dead -= 1;
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
    this.#dead = 0;
  }

  #rebuild(): void {
    const heap = this.#heap;
    let kept = 0;
    for (const call of heap) if (call.run !== undefined) heap[kept++] = call;
    heap.length = kept;
    this.#dead = 0;
    for (let at = (kept >> 1) - 1; at >= 0; at--) this.#down(at);
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a] as Call;
    const right = this.#heap[b] as Call;
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] as Call;
    this.#heap[a] = this.#heap[b] as Call;
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

  #down(from: number): void {
    let at = from;
    for (;;) {
      const left = at * 2 + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const least = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (!this.#before(least, at)) return;
      this.#swap(least, at);
      at = least;
    }
  }

  #pop(): Call | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return top;
    this.#heap[0] = last;
    this.#down(0);
    return top;
  }
}
