import type { HoldfastError } from '../host/errors.ts';
import { HoldfastError as Coded, isHoldfastError } from '../host/errors.ts';
import type { Frame } from '../host/frame.ts';
import { u32At } from './byte-reader.ts';
import { FrameReader } from './frame-reader.ts';
import { FRAME_BYTES_MAX, LENGTH_BYTES, PREFIX_BYTES } from './wire.ts';

/**
 * Bytes in, in whatever pieces they come; frames out. It never throws and never holds more than one frame (64 KiB) and one
 * configuration (4 MiB): a length is judged before anything is kept. The first broken frame sets `fault` and ends it.
 *
 * Data of a frame that lies in one piece is a view on that piece: who pushes bytes must not write on them afterwards.
 */
export class FrameDecoder {
  /** Why decoding ended: ERR_FRAME_LENGTH, _TYPE, _SHORT, _TRAILING, _TEXT, _HEADERS, _VALUE, _DATA or _CONFIG. */
  fault: HoldfastError | undefined = undefined;
  readonly #reader = new FrameReader();
  readonly #length = new Uint8Array(LENGTH_BYTES);
  #lengthHeld = 0;
  #partial: Uint8Array | undefined = undefined;
  #held = 0;

  /** True when the bytes so far end inside a frame. */
  get insideFrame(): boolean {
    return this.#lengthHeld > 0 || this.#partial !== undefined || this.#reader.insideConfig;
  }

  /** Bytes kept for a frame that is not complete. */
  get buffered(): number {
    return this.#lengthHeld + (this.#partial?.byteLength ?? 0) + this.#reader.configBytes;
  }

  /** The frames that `bytes` completes, in order; those before a broken one are still given. */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (this.fault !== undefined) return frames;
    try {
      this.#decode(bytes, frames);
    } catch (error) {
      this.fault = isHoldfastError(error) ? error : new Coded('ERR_FRAME_VALUE', 'undecodable', { cause: error });
      this.#partial = undefined;
      this.#reader.drop();
    }
    return frames;
  }

  #decode(bytes: Uint8Array, frames: Frame[]): void {
    let at = 0;
    const end = bytes.byteLength;
    while (at < end) {
      if (this.#partial !== undefined) {
        at += this.#fill(this.#partial, bytes, at, frames);
        continue;
      }
      if (this.#lengthHeld > 0 || end - at < LENGTH_BYTES) {
        this.#length[this.#lengthHeld++] = bytes[at++] as number;
        if (this.#lengthHeld < LENGTH_BYTES) continue;
        this.#lengthHeld = 0;
        this.#partial = new Uint8Array(checkedLength(u32At(this.#length, 0)));
        this.#held = 0;
        continue;
      }
      const length = checkedLength(u32At(bytes, at));
      at += LENGTH_BYTES;
      if (end - at >= length) {
        this.#reader.read(bytes, at, at + length, frames);
        at += length;
      } else {
        this.#partial = new Uint8Array(length);
        this.#held = 0;
      }
    }
  }

  /** Moves bytes into the frame being gathered. How many. */
  #fill(partial: Uint8Array, bytes: Uint8Array, at: number, frames: Frame[]): number {
    const count = Math.min(partial.byteLength - this.#held, bytes.byteLength - at);
    partial.set(bytes.subarray(at, at + count), this.#held);
    this.#held += count;
    if (this.#held === partial.byteLength) {
      this.#partial = undefined;
      this.#reader.read(partial, 0, partial.byteLength, frames);
    }
    return count;
  }
}

function checkedLength(length: number): number {
  if (length < PREFIX_BYTES || length > FRAME_BYTES_MAX) {
    throw new Coded('ERR_FRAME_LENGTH', `a frame of ${length} bytes`, { facts: { length, limit: FRAME_BYTES_MAX } });
  }
  return length;
}
