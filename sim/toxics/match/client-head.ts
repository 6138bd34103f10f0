import type { Toxic } from '../toxic.ts';
import { HEAD_BYTES, type MatchRule } from './match-rule.ts';

/** How long bytes may wait for a rule that could still fit: a client that sends half a prefix and then listens. */
const DECIDE_MS = 1_000;

/** What a head does to the connection it is of. */
export interface HeadHost {
  /** Conditions of this toxic are to be looked at again. */
  wake(toxic: Toxic): void;
  /** Bytes that were kept back go on. */
  pass(bytes: Uint8Array): void;
  /** Bytes have waited for too long: `decide` is to be called. */
  late(): void;
}

/**
 * The first bytes of one client, and the toxics whose rule about them is still open. While one is open the client's
 * bytes wait here, so that a toxic acts from the first byte or not at all. They are fewer than {@link HEAD_BYTES}: with so
 * many every rule is decided, and a toxic is not waited for unless it has just asked, with the bytes there are.
 */
export class ClientHead {
  readonly #host: HeadHost;
  #bytes = Buffer.alloc(0);
  #complete = false;
  readonly #open = new Set<Toxic>();
  #held: Uint8Array[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(host: HeadHost) {
    this.#host = host;
  }

  /** The verdict on a rule, remembered as open when it has to wait. */
  fits(toxic: Toxic, rule: MatchRule): boolean | undefined {
    if (!rule.needsHead) return true;
    const verdict = rule.head(this.#bytes, this.#complete);
    if (verdict === undefined) this.#open.add(toxic);
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

  /** Keeps bytes back that were noted, and passes them on as soon as no rule is open. */
  hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#timer ??= setTimeout(() => this.#host.late(), DECIDE_MS);
    this.#review();
  }

  /** Nothing more will come, or nobody will wait for it: open rules do not fit. */
  decide(): void {
    if (!this.open) return;
    this.#complete = true;
    this.#review();
  }

  /**
   * Runs a change of a toxic. Its rule may be another one or gone, it may sleep or have lost its draw, and so may the one
   * before it, which starts anew: none of them is waited for unless it asks again.
   */
  changed(toxic: Toxic, change: () => void): void {
    const open = this.#take();
    change();
    for (const other of open) if (other !== toxic) this.#host.wake(other);
    this.#passWhenDecided();
  }

  /** The connection is gone: what was kept back is dropped. */
  drop(): void {
    this.#take();
    this.#release();
  }

  #review(): void {
    for (const toxic of this.#take()) this.#host.wake(toxic);
    this.#passWhenDecided();
  }

  #take(): Toxic[] {
    if (!this.open) return [];
    const open = [...this.#open];
    this.#open.clear();
    return open;
  }

  #passWhenDecided(): void {
    if (!this.open) for (const bytes of this.#release()) this.#host.pass(bytes);
  }

  #release(): Uint8Array[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
