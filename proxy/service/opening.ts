import type { Clock, TimerId } from '../host/clock.ts';
import { type Micros, micros, seconds } from '../host/units.ts';

/**
 * How long an instance that starts keeps its front shut for connectors that do not come, where `redialCap` is the longest
 * that a connector lets pass between two dials of an instance that is down. Undocumented, our own choice. Longer than that
 * cap and the dial it may be in: a connector that lost an instance for a while looks for it no more often, so a shorter
 * patience opens a front that has nobody to send users to, while a front door would still have sent them elsewhere. A group
 * without a single living connector holds everybody up for no longer.
 */
export function openingPatience(redialCap: Micros): Micros {
  return micros(redialCap + dialSpan);
}

/** A dial that is under way: it is given up after 3 s (`dialTimeout`), its greeting after 5 s. */
const dialSpan = seconds(10);

/**
 * When a starting instance lets users in: once every group can be served here, at the latest when the patience is over. Until
 * then nobody listens at the front, so that a front door which probes by connecting sends users elsewhere.
 */
export class Opening {
  /** Resolves once, when users may come; never after a stop before that. */
  readonly opened: Promise<void>;
  /** It resolved. */
  isOpen = false;
  readonly #clock: Clock;
  readonly #timer: TimerId;
  #resolve = (): void => {};

  constructor(clock: Clock, patience: Micros) {
    this.opened = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#clock = clock;
    this.#timer = clock.timeout(patience, () => this.open());
  }

  /** Users may come now. */
  open(): void {
    this.#clock.clear(this.#timer);
    this.isOpen = true;
    this.#resolve();
  }
}
