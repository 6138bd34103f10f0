import { HoldfastError } from '../host/errors.ts';

// ignoreBOM: a leading BOM is text like any other and must come out again.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the payload of one frame. Throws ERR_FRAME_SHORT when a field reaches beyond it, ERR_FRAME_TEXT for bad UTF-8. */
export class ByteReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /** Begins on `bytes` from `from` (inclusive) to `end` (exclusive). */
  begin(bytes: Uint8Array, from: number, end: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  u16(): number {
    const at = this.#advance(2);
    return ((this.#bytes[at] as number) << 8) | (this.#bytes[at + 1] as number);
  }

  u32(): number {
    return u32At(this.#bytes, this.#advance(4));
  }

  /** A whole number below 2^53; a larger one is ERR_FRAME_VALUE. */
  u64(): number {
    const high = this.u32();
    const low = this.u32();
    if (high >= 0x20_0000) throw new HoldfastError('ERR_FRAME_VALUE', 'a number above 2^53');
    return high * 4_294_967_296 + low;
  }

  /** u16 length and UTF-8, at most `limit` bytes (ERR_FRAME_VALUE). */
  text(limit: number): string {
    const length = this.u16();
    if (length > limit) throw new HoldfastError('ERR_FRAME_VALUE', `a text of ${length} bytes, limit ${limit}`);
    return this.utf8(length);
  }

  utf8(length: number): string {
    const at = this.#advance(length);
    if (length === 0) return '';
    return decodeUtf8(this.#bytes.subarray(at, at + length));
  }

  /** A view on the next `length` bytes; nothing is copied. */
  view(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  #advance(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw new HoldfastError('ERR_FRAME_SHORT', 'a field reaches beyond its frame');
    this.#at = at + count;
    return at;
  }
}

export function u32At(bytes: Uint8Array, at: number): number {
  const top = (bytes[at] as number) * 0x1_00_00_00;
  return top + (((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
}

/** UTF-8 to text; ERR_FRAME_TEXT when it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new HoldfastError('ERR_FRAME_TEXT', 'not UTF-8', { cause });
  }
}
