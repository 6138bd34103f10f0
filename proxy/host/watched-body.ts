import type { Clock } from './clock.ts';
import type { BodySource, Chunk, Pulled } from './message.ts';
import type { Instant } from './units.ts';

/**
 * A streamed body that notes when it last moved, so that a deadline for its reader counts from there: time in which the
 * sender still sends, or in which the reader waits for the sender, is not the reader's.
 */
export class WatchedBody implements BodySource {
  readonly #inner: BodySource;
  readonly #clock: Clock;
  #movedAt: Instant;
  #waiting = false;

  constructor(inner: BodySource, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    this.#movedAt = clock.now();
  }

  /** When the reader took its last piece or the end; now, while it waits for the sender; when it was made, before all that. */
  get movedAt(): Instant {
    return this.#waiting ? this.#clock.now() : this.#movedAt;
  }

  pull(): Pulled {
    const pulled = this.#inner.pull();
    if (pulled instanceof Promise) {
      this.#waiting = true;
      // beside the reader's own: it must not get its chunk a turn later
      pulled.then(this.#moved, this.#moved);
    } else this.#moved(pulled);
    return pulled;
  }

  cancel(reason: string): void {
    this.#inner.cancel(reason);
  }

  readonly #moved = (_chunk: Chunk | undefined): void => {
    this.#waiting = false;
    this.#movedAt = this.#clock.now();
  };
}

/** `body` with a watch on it where it is streamed; itself where it is whole or absent, and has nothing to wait for. */
export function watched(body: BodySource | undefined, clock: Clock): BodySource | undefined {
  return body === undefined || body.whole !== undefined ? body : new WatchedBody(body, clock);
}

/** When a body from `watched` last moved, but not before `from`; `from` for one that is not streamed. */
export function lastMoved(body: BodySource | undefined, from: Instant): Instant {
  return body instanceof WatchedBody && body.movedAt > from ? body.movedAt : from;
}
