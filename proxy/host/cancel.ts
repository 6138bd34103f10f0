/** Hears of a cancellation: for objects that live as long as a request, so that no closure is made for each. */
export interface CancelListener {
  onCancelled(reason: string): void;
}

/**
 * Cancellation on the hot path. Native AbortController costs 55-78 % of the virtual world's speed, so the proxy uses this
 * token and adapt it to AbortSignal only at library boundaries (proxy/node).
 */
export interface Cancel {
  readonly cancelled: boolean;
  /** Why; undefined while not cancelled. */
  readonly reason: string | undefined;
  /** Runs `fn` once on cancellation (at once if already cancelled). Returns a function that withdraws it. */
  onCancel(fn: (reason: string) => void): () => void;
  /** The same for a listener object, which `forget` withdraws. A listener may wait on one token once. */
  tell(listener: CancelListener): void;
  /** Withdraws a listener; one that does not wait is ignored. */
  forget(listener: CancelListener): void;
}

const nothing = (): void => {};

/** A Cancel that its owner can trip. Tripping twice is harmless; the first reason stays. As a listener it trips with another. */
export class CancelSource implements Cancel, CancelListener {
  cancelled = false;
  reason: string | undefined = undefined;
  /** Nearly every token has one listener: it needs no list. */
  #only: CancelListener | undefined = undefined;
  #more: Array<CancelListener | undefined> | undefined = undefined;

  onCancel(fn: (reason: string) => void): () => void {
    if (this.cancelled) {
      fn(this.reason ?? '');
      return nothing;
    }
    const listener = { onCancelled: fn };
    this.tell(listener);
    return () => this.forget(listener);
  }

  tell(listener: CancelListener): void {
    if (this.cancelled) listener.onCancelled(this.reason ?? '');
    else if (this.#only === undefined && this.#more === undefined) this.#only = listener;
    else if (this.#more === undefined) this.#more = [listener];
    else this.#more.push(listener);
  }

  forget(listener: CancelListener): void {
    if (this.#only === listener) {
      this.#only = undefined;
      return;
    }
    const at = this.#more === undefined ? -1 : this.#more.indexOf(listener);
    if (at >= 0) (this.#more as Array<CancelListener | undefined>)[at] = undefined;
  }

  onCancelled(reason: string): void {
    this.cancel(reason);
  }

  cancel(reason: string): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.reason = reason;
    const only = this.#only;
    const listeners = this.#more;
    this.#only = undefined;
    this.#more = undefined;
    only?.onCancelled(reason);
    if (listeners === undefined) return;
    for (const listener of listeners) listener?.onCancelled(reason);
  }
}
