import type { Socket } from 'node:net';
import type { Clock, TimerId } from '../../host/clock.ts';
import { ms } from '../../host/units.ts';

const longestBetweenMs = 2000;

/**
 * Cuts, for a front that drains, connections on which nobody works for the client: a head was begun behind an earlier request
 * and stands still. Node does not count them as idle, and its own limit of a head ends when a server stops to listen. Looks
 * every 2 s, or every `headTimeoutMs` where that is less; a connection without work at two looks in a row goes, so that a
 * head that was merely on its way is still served.
 */
export class HalfHeads {
  readonly #withoutWork: () => Iterable<Socket>;
  readonly #clock: Clock;
  readonly #betweenMs: number;
  #seen: ReadonlySet<Socket> = new Set();
  #timer: TimerId | undefined;

  constructor(withoutWork: () => Iterable<Socket>, clock: Clock, headTimeoutMs: number) {
    this.#withoutWork = withoutWork;
    this.#clock = clock;
    this.#betweenMs = Math.min(longestBetweenMs, headTimeoutMs);
  }

  /** Looks now and from now on, until `end`. */
  begin(): void {
    const now = new Set(this.#withoutWork());
    for (const socket of now) if (this.#seen.has(socket)) socket.destroy();
    this.#seen = now;
    this.#timer = this.#clock.timeout(ms(this.#betweenMs), () => this.begin());
  }

  end(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
  }
}
