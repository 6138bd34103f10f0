/**
 * Cancellation on the hot path. Native AbortController costs 55-78 % of the virtual world's speed, so nodes use this
 * token and adapt it to AbortSignal only at library boundaries (proxy/node).
 */
export interface Cancel {
  readonly cancelled: boolean;
  /** Why; undefined while not cancelled. */
  readonly reason: string | undefined;
  /** Runs `fn` once on cancellation (at once if already cancelled). Returns a function that withdraws it. */
  onCancel(fn: (reason: string) => void): () => void;
}

const nothing = (): void => {};

/** A Cancel that its owner can trip. Tripping twice is harmless; the first reason stays. */
export class CancelSource implements Cancel {
  cancelled = false;
  reason: string | undefined = undefined;
  /** Nearly every token has one listener: it needs no list. */
  #only: ((reason: string) => void) | undefined = undefined;
  #more: Array<((reason: string) => void) | undefined> | undefined = undefined;

  onCancel(fn: (reason: string) => void): () => void {
    if (this.cancelled) {
      fn(this.reason ?? '');
      return nothing;
    }
    if (this.#only === undefined && this.#more === undefined) {
      this.#only = fn;
      return () => {
        if (this.#only === fn) this.#only = undefined;
      };
    }
    this.#more ??= [];
    const listeners = this.#more;
    const index = listeners.push(fn) - 1;
    return () => {
      listeners[index] = undefined;
    };
  }

  cancel(reason: string): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.reason = reason;
    const only = this.#only;
    const listeners = this.#more;
    this.#only = undefined;
    this.#more = undefined;
    only?.(reason);
    if (listeners === undefined) return;
    for (const fn of listeners) fn?.(reason);
  }
}
