/** Cut streams after which a barrier is worth a ping. */
const BARRIER_AFTER = 256;

/** Cut streams remembered at once; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 65_536;

/**
 * Streams this end has cut (reset) and on which the peer, not knowing yet, may still send. What arrives on them is dropped
 * but held to the credit that was open; on any other closed stream an answer or data is a violation.
 *
 * An answer to a ping that was sent after the cut proves that nothing more is under way: `barrier` and `passed` forget by it.
 * An answer to an earlier ping proves nothing: the peer may have sent data between that answer and the news of the cut.
 */
export class LateStreams {
  #recent = new Map<number, number>();
  #fading = new Map<number, number>();
  /** Ping whose answer is waited for; undefined: none is out. */
  #barrier: number | undefined = undefined;

  /** `credit`: bytes the peer may still send on it. */
  add(stream: number, credit: number): void {
    this.#recent.set(stream, credit);
    if (this.#recent.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      break;
    }
  }

  /** Books `bytes` on a cut stream; false when it is not a cut stream or the credit is used up. */
  take(stream: number, bytes: number): boolean {
    const where = this.#recent.has(stream) ? this.#recent : this.#fading;
    const credit = where.get(stream);
    if (credit === undefined || bytes > credit) return false;
    where.set(stream, credit - bytes);
    return true;
  }

  /** The peer has ended its side: nothing more may come. */
  forget(stream: number): void {
    if (!this.#recent.delete(stream)) this.#fading.delete(stream);
  }

  /** True when a ping should be sent now as a barrier; if it was, say so by `barrier`. */
  get wantsBarrier(): boolean {
    return this.#barrier === undefined && this.#recent.size >= BARRIER_AFTER;
  }

  /** A ping has been sent behind all cuts so far; `ping` is greater than that of every earlier one. */
  barrier(ping: number): void {
    this.#barrier = ping;
    this.#fading = this.#recent;
    this.#recent = new Map();
  }

  /** The answer to `ping` is here. */
  passed(ping: number): void {
    if (this.#barrier === undefined || ping < this.#barrier) return;
    this.#barrier = undefined;
    this.#fading = new Map();
  }

  get size(): number {
    return this.#recent.size + this.#fading.size;
  }
}
