/** Bytes of one slab; frames are written one behind the other and never moved. */
const SLAB_BYTES = 262_144;

const utf8 = new TextEncoder();

/**
 * Appends to slabs of memory. A slab that was handed out is not written again at the same place, so the transport may keep
 * what it got for as long as it likes.
 */
export class ByteWriter {
  #slab = new Uint8Array(SLAB_BYTES);
  #from = 0;
  #at = 0;
  #full: Uint8Array[] = [];
  #fullBytes = 0;

  /** Bytes not yet taken. */
  get size(): number {
    return this.#fullBytes + this.#at - this.#from;
  }

  /** Makes room for `bytes` in one piece (at most a slab). */
  reserve(bytes: number): void {
    if (this.#at + bytes <= SLAB_BYTES) return;
    if (this.#at > this.#from) {
      this.#full.push(this.#slab.subarray(this.#from, this.#at));
      this.#fullBytes += this.#at - this.#from;
    }
    this.#slab = new Uint8Array(SLAB_BYTES);
    this.#from = 0;
    this.#at = 0;
  }

  /** What was written since the last call, in order. */
  take(): Uint8Array[] {
    const parts = this.#full;
    if (this.#at > this.#from) parts.push(this.#slab.subarray(this.#from, this.#at));
    this.#full = [];
    this.#fullBytes = 0;
    this.#from = this.#at;
    return parts;
  }

  /** Where the next byte goes: for the `patch` methods, valid until the next `reserve`. */
  get mark(): number {
    return this.#at;
  }

  u8(n: number): void {
    this.#slab[this.#at++] = n;
  }

  u16(n: number): void {
    const slab = this.#slab;
    slab[this.#at++] = n >>> 8;
    slab[this.#at++] = n;
  }

  u32(n: number): void {
    this.patchU32(this.#at, n);
    this.#at += 4;
  }

  /** A whole number below 2^53. */
  u64(n: number): void {
    this.u32(Math.floor(n / 4_294_967_296));
    this.u32(n >>> 0);
  }

  patchU32(at: number, n: number): void {
    const slab = this.#slab;
    slab[at] = n >>> 24;
    slab[at + 1] = n >>> 16;
    slab[at + 2] = n >>> 8;
    slab[at + 3] = n;
  }

  patchU16(at: number, n: number): void {
    this.#slab[at] = n >>> 8;
    this.#slab[at + 1] = n;
  }

  bytes(data: Uint8Array): void {
    this.#slab.set(data, this.#at);
    this.#at += data.byteLength;
  }

  /** Forgets what was written since `mark` was read. */
  rewind(mark: number): void {
    this.#at = mark;
  }

  /** UTF-8 without a length. The bytes written. */
  text(text: string): number {
    const slab = this.#slab;
    const from = this.#at;
    const { length } = text;
    // Short ASCII, nearly everything in a head, is quicker by hand than by a call into the encoder.
    if (length <= 160) {
      let at = from;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        slab[at++] = unit;
      }
      if (i === length) {
        this.#at = at;
        return length;
      }
    }
    const { written } = utf8.encodeInto(text, slab.subarray(from));
    this.#at = from + written;
    return written;
  }
}
