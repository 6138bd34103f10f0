import type { Clock } from '../../../proxy/host/clock.ts';
import type { Frame } from '../../../proxy/host/frame.ts';
import type { CloseReason, Conn, PeerIdentity } from '../../../proxy/host/transport.ts';
import { type Micros, ms } from '../../../proxy/host/units.ts';

/** What a frame weighs on a line, roughly. */
function weight(frame: Frame): number {
  if (frame.type === 'data') return frame.chunk.bytes + 16;
  if (frame.type === 'request' || frame.type === 'response') return (frame.first?.bytes ?? 0) + 200;
  return 16;
}

export interface PairOptions {
  readonly latency?: Micros;
  /** Undelivered bytes above which send says false; undefined: never. */
  readonly mark?: number;
  readonly certificateName?: string;
}

/** One end of a line that hands frames over as they are. */
export class ObjectConn implements Conn {
  readonly peer: PeerIdentity;
  other: ObjectConn | undefined = undefined;
  /** Frames sent so far, for tests that look at order and count. */
  readonly sent: Frame[] = [];
  closed: CloseReason | undefined = undefined;
  /** Nothing is delivered from here while true: a black hole. */
  silent = false;
  latency: Micros;
  readonly #clock: Clock;
  readonly #options: PairOptions;
  #frame: (frame: Frame) => void = () => {};
  #drain: () => void = () => {};
  #close: (reason: CloseReason) => void = () => {};
  #batch: Frame[] = [];
  #batchAt = -1;
  #waiting = 0;
  #asked = false;

  constructor(clock: Clock, options: PairOptions) {
    this.#clock = clock;
    this.#options = options;
    this.latency = options.latency ?? ms(1);
    this.peer = { address: 'pair', certificateName: options.certificateName };
  }

  send(frame: Frame): boolean {
    if (this.closed !== undefined) return true;
    this.sent.push(frame);
    this.#waiting += weight(frame);
    if (this.#batchAt !== this.#clock.now()) {
      this.#batchAt = this.#clock.now();
      const batch: Frame[] = [];
      this.#batch = batch;
      this.#clock.timeout(this.latency, () => this.#deliver(batch));
    }
    this.#batch.push(frame);
    const { mark } = this.#options;
    if (mark === undefined || this.#waiting <= mark) return true;
    this.#asked = true;
    return false;
  }

  #deliver(batch: Frame[]): void {
    if (this.silent) return;
    for (const frame of batch) {
      this.#waiting -= weight(frame);
      this.other?.arrive(frame);
    }
    if (!this.#asked) return;
    this.#asked = false;
    this.#drain();
  }

  onFrame(fn: (frame: Frame) => void): void {
    this.#frame = fn;
  }

  onDrain(fn: () => void): void {
    this.#drain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#close = fn;
  }

  close(reason: CloseReason): void {
    if (this.closed !== undefined) return;
    this.closed = reason;
    this.#close(reason);
    this.#clock.timeout(this.latency, () => this.other?.ended(reason));
  }

  /** A frame from the other end. */
  arrive(frame: Frame): void {
    if (this.closed === undefined) this.#frame(frame);
  }

  /** The other end closed. */
  ended(reason: CloseReason): void {
    if (this.closed !== undefined) return;
    this.closed = { cause: reason.cause === 'fin' ? 'fin' : 'reset', detail: 'closed by the peer' };
    this.#close(this.closed);
  }
}

/** Two joined ends. */
export function objectPair(clock: Clock, options: PairOptions = {}): [ObjectConn, ObjectConn] {
  const a = new ObjectConn(clock, options);
  const b = new ObjectConn(clock, {
    ...(options.latency === undefined ? {} : { latency: options.latency }),
    ...(options.mark === undefined ? {} : { mark: options.mark }),
  });
  a.other = b;
  b.other = a;
  return [a, b];
}
