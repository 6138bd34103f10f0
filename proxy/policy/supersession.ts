import { elapsed, type Instant, minutes } from '../host/units.ts';

/** What a service says to the older of two processes that run under one connector id. */
export const supersededReason = 'superseded: a newer incarnation of this connector is connected';

/** Tunnels in a row that a newer incarnation took away. */
const rowMax = 5;
/** A row must also last this long: a process of before may look alive to a service until its silence is noticed. */
const rowSpan = minutes(1);

/**
 * Tells a process that was replaced from one that is fought: an older incarnation loses its tunnel once and for all when its
 * successor comes, and both lose theirs in turns, for ever, when two processes run under one id without generations that
 * order them. In both cases the one that loses again and again must give up.
 */
export class Supersession {
  #row = 0;
  #since: Instant | undefined = undefined;

  /** A tunnel that had opened ended at `now`. True: give up. */
  ended(superseded: boolean, now: Instant): boolean {
    if (!superseded) {
      this.#row = 0;
      this.#since = undefined;
      return false;
    }
    this.#row += 1;
    this.#since ??= now;
    return this.#row >= rowMax && elapsed(this.#since, now) >= rowSpan;
  }
}
