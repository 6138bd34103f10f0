import type { Clock } from '../host/clock.ts';
import { type Micros, seconds } from '../host/units.ts';

/**
 * How long an instance that starts keeps its front shut for connectors that do not come. Undocumented, our own choice: long
 * enough for connectors to find an instance that came back, short enough that a group without a single living connector
 * holds nobody else up for long.
 */
export const openingPatience: Micros = seconds(5);

/**
 * When a starting instance lets users in: once every group can be served here, at the latest when the patience is over. Until
 * then nobody listens at the front, so that a front door which probes by connecting sends users elsewhere.
 */
export class Opening {
  /** Resolves once, when users may come; never after a stop before that. */
  readonly opened: Promise<void>;
  /** Users may come now. */
  readonly open: () => void;

  constructor(clock: Clock) {
    let open = (): void => {};
    this.opened = new Promise((resolve) => {
      const timer = clock.timeout(openingPatience, resolve);
      open = () => {
        clock.clear(timer);
        resolve();
      };
    });
    this.open = open;
  }
}
