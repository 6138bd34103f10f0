/** Cut streams remembered at once; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 65_536;

/**
 * Streams this end has cut (reset) and on which the peer, not knowing yet, may still send. What arrives on them is dropped
 * but held to the credit that was open; on any other closed stream an answer or data is a violation.
 *
 * An answer to a ping that was sent after the cut proves that nothing more is under way: `barrier` and `passed` forget by it.
 */
export class LateStreams {
  #recent = new Map<number, number>();
  #fading = new Map<number, number>();
  #barrierOut = false;

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

  /** True when a ping should be sent now as a barrier; call `passed` on its answer. */
  wantsBarrier(): boolean {
    if (this.#barrierOut || this.#recent.size < 256) return false;
    this.#barrierOut = true;
    this.#fading = this.#recent;
    this.#recent = new Map();
    return true;
  }

  passed(): void {
    if (!this.#barrierOut) return;
    this.#barrierOut = false;
    this.#fading = new Map();
  }

  get size(): number {
    return this.#recent.size + this.#fading.size;
  }
}
