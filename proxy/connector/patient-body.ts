import type { Clock, Sleeper, TimerId } from '../host/clock.ts';
import { HoldfastError } from '../host/errors.ts';
import type { BodySource, Chunk, Pulled } from '../host/message.ts';
import type { Micros } from '../host/units.ts';

interface Waiting {
  readonly resolve: (chunk: Chunk | undefined) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: TimerId;
}

/**
 * The streamed body of a backend's answer. A backend that falls silent for `patience` while somebody waits for its next
 * chunk is cut with ERR_BACKEND_IDLE: it would hold user, stream and slot for ever. A slow reader costs it no patience.
 */
export class PatientBody implements BodySource, Sleeper {
  readonly #inner: BodySource;
  readonly #clock: Clock;
  readonly #patience: Micros;
  #waiting: Waiting | undefined = undefined;

  constructor(inner: BodySource, clock: Clock, patience: Micros) {
    this.#inner = inner;
    this.#clock = clock;
    this.#patience = patience;
  }

  pull(): Pulled {
    const pulled = this.#inner.pull();
    if (!(pulled instanceof Promise)) return pulled;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, timer: this.#clock.alarm(this.#patience, this) };
      pulled.then(
        (chunk) => this.#settled()?.resolve(chunk),
        (error: unknown) => this.#settled()?.reject(error),
      );
    });
  }

  cancel(reason: string): void {
    this.#inner.cancel(reason);
  }

  /** The backend was silent for too long. */
  awake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#inner.cancel('the backend fell silent');
    waiting?.reject(new HoldfastError('ERR_BACKEND_IDLE', 'the backend fell silent inside its answer'));
  }

  #settled(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#clock.clear(waiting.timer);
    return waiting;
  }
}
