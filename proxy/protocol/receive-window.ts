import { WINDOW_MAX_BYTES } from './limits.ts';

/**
 * Credit this end has granted on one stream. It is given back in halves of the window, so a steady body costs one WINDOW
 * frame per half window. It is also the memory bound: at most `size` bytes wait for a reader that does not read.
 */
export class ReceiveWindow {
  /** Bytes the peer may hold unread at this end. */
  size: number;
  /** The peer used all credit up since the last growth: it was probably waiting for us. */
  starved = false;
  #credit: number;
  #owed = 0;

  constructor(size: number) {
    this.size = size;
    this.#credit = size;
  }

  /** Books `bytes` received. False: the peer sent more than it may. */
  take(bytes: number): boolean {
    this.#credit -= bytes;
    if (this.#credit <= 0) this.starved = true;
    return this.#credit >= 0;
  }

  /** Books `bytes` read by the reader. Credit to announce now; 0: not yet. */
  give(bytes: number): number {
    this.#owed += bytes;
    if (this.#owed * 2 < this.size) return 0;
    const credit = this.#owed;
    this.#owed = 0;
    this.#credit += credit;
    return credit;
  }

  /** Doubles the window (to at most 1 MiB). The extra credit to announce; 0: at its cap. */
  grow(): number {
    const extra = Math.min(this.size, WINDOW_MAX_BYTES - this.size);
    this.starved = false;
    if (extra <= 0) return 0;
    this.size += extra;
    this.#credit += extra;
    return extra;
  }

  /** Bytes still covered by credit: what may arrive late on a stream that was cut. */
  get credit(): number {
    return this.#credit;
  }
}
