import type { Clock } from '../../../proxy/host/clock.ts';
import type { Random } from '../../../proxy/host/random.ts';
import type { CloseReason } from '../../../proxy/host/transport.ts';
import { type Micros, ms } from '../../../proxy/host/units.ts';
import type { ByteStream } from '../../../proxy/protocol/byte-stream.ts';

export interface BytePairOptions {
  readonly latency?: Micros;
  /** Undelivered bytes above which write says false. */
  readonly mark?: number;
  readonly random: Random;
  /** What happens to the byte at this place of what the first end (`a`) writes: flipped by the mask, or the line ends there. */
  readonly damage?: { readonly at: number; readonly mask: number | 'end' };
}

/** One end of a line of bytes that cuts what is written at seeded places and joins it anew. */
export class PairStream implements ByteStream {
  other: PairStream | undefined = undefined;
  closed: CloseReason | undefined = undefined;
  silent = false;
  written = 0;
  /** Largest number of bytes that ever waited here. */
  mostWaiting = 0;
  readonly #clock: Clock;
  readonly #options: BytePairOptions;
  readonly #random: Random;
  #bytes: (bytes: Uint8Array) => void = () => {};
  #drain: () => void = () => {};
  #close: (reason: CloseReason) => void = () => {};
  #waiting = 0;
  #delivered = 0;
  #asked = false;

  constructor(clock: Clock, options: BytePairOptions, name: string) {
    this.#clock = clock;
    this.#options = options;
    this.#random = options.random.fork(name);
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed !== undefined) return true;
    this.written += bytes.byteLength;
    this.#waiting += bytes.byteLength;
    this.mostWaiting = Math.max(this.mostWaiting, this.#waiting);
    this.#clock.timeout(this.#latency(), () => this.#deliver(bytes));
    if (this.#waiting <= (this.#options.mark ?? 65_536)) return true;
    this.#asked = true;
    return false;
  }

  /** The pieces are copies of their own, as a socket's would be. */
  #deliver(bytes: Uint8Array): void {
    this.#waiting -= bytes.byteLength;
    if (this.silent) return;
    const whole = this.#damaged(bytes);
    let at = 0;
    while (at < whole.byteLength) {
      const size = this.#random.below(4) === 0 ? 1 + this.#random.below(12) : 1 + this.#random.below(40_000);
      this.other?.arrive(whole.slice(at, at + size));
      at += size;
    }
    if (whole.byteLength < bytes.byteLength) {
      this.silent = true;
      this.other?.ended({ cause: 'fin', detail: 'cut' });
    }
    if (!this.#asked) return;
    this.#asked = false;
    this.#drain();
  }

  #damaged(bytes: Uint8Array): Uint8Array {
    const { damage } = this.#options;
    const at = damage === undefined ? -1 : damage.at - this.#delivered;
    this.#delivered += bytes.byteLength;
    if (damage === undefined || at < 0 || at >= bytes.byteLength) return bytes;
    if (damage.mask === 'end') return bytes.slice(0, at);
    const copy = bytes.slice();
    copy[at] = (copy[at] as number) ^ damage.mask;
    return copy;
  }

  arrive(bytes: Uint8Array): void {
    if (this.closed === undefined) this.#bytes(bytes);
  }

  onBytes(fn: (bytes: Uint8Array) => void): void {
    this.#bytes = fn;
  }

  onDrain(fn: () => void): void {
    this.#drain = fn;
  }

  onClose(fn: (reason: CloseReason) => void): void {
    this.#close = fn;
  }

  close(reason: CloseReason): void {
    if (this.closed !== undefined) return;
    this.#clock.timeout(this.#latency(), () => this.other?.ended(reason));
    this.ended(reason);
  }

  ended(reason: CloseReason): void {
    if (this.closed !== undefined) return;
    this.closed = reason;
    this.#close(reason);
  }

  #latency(): Micros {
    return this.#options.latency ?? ms(1);
  }
}

export function bytePair(clock: Clock, options: BytePairOptions): [PairStream, PairStream] {
  const a = new PairStream(clock, options, 'a');
  const { damage: _, ...sound } = options;
  const b = new PairStream(clock, sound, 'b');
  a.other = b;
  b.other = a;
  return [a, b];
}

/** What a test does with a bug that a connection was told of: fails. */
export function rethrow(error: unknown): never {
  throw error;
}
