import type { Toxic } from '../toxic.ts';
import { HEAD_BYTES, type MatchRule } from './match-rule.ts';

/** How long bytes may wait for a rule that could still fit: a client that sends half a prefix and then listens. */
const DECIDE_MS = 1_000;

/**
 * The first bytes of one client, and the toxics whose rule about them is still open. While one is open the client's
 * bytes wait here, so that a toxic acts from the first byte or not at all.
 */
export class ClientHead {
  #bytes = Buffer.alloc(0);
  #complete = false;
  #open = new Map<Toxic, MatchRule>();
  #held: Uint8Array[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** The verdict on a rule, remembered as open when it has to wait. */
  fits(toxic: Toxic, rule: MatchRule): boolean | undefined {
    if (!rule.needsHead) return true;
    const verdict = rule.head(this.#bytes, this.#complete);
    if (verdict === undefined) this.#open.set(toxic, rule);
    else this.#open.delete(toxic);
    return verdict;
  }

  /** True while bytes have to wait. */
  get open(): boolean {
    return this.#open.size > 0;
  }

  /** Notes bytes that pass; only the first {@link HEAD_BYTES} are kept. */
  note(bytes: Uint8Array): void {
    if (this.#complete) return;
    const room = HEAD_BYTES - this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(0, room)]);
    this.#complete = this.#bytes.length >= HEAD_BYTES;
  }

  /** Keeps bytes back; `late` is called when they have waited long enough. */
  hold(bytes: Uint8Array, late: () => void): void {
    this.#held.push(bytes);
    this.#timer ??= setTimeout(late, DECIDE_MS);
  }

  /** Nothing more will come, or nobody will wait for it: open rules do not fit. */
  completed(): void {
    this.#complete = true;
  }

  /** Toxics whose rule is open. */
  waiting(): Toxic[] {
    return [...this.#open.keys()];
  }

  /** A removed toxic waits for nothing. */
  forget(toxic: Toxic): void {
    this.#open.delete(toxic);
  }

  /** The bytes that were kept back, which may go on now. */
  release(): Uint8Array[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
