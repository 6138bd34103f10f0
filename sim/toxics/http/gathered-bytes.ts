/** Bytes that come in parts, in one buffer that doubles: each is copied a few times at most, however small the parts are. */
export class GatheredBytes {
  #room: Buffer = Buffer.alloc(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a part; gives all there is, of which nothing moves or changes until more is added. */
  add(part: Buffer): Buffer {
    const size = this.#size + part.length;
    if (size > this.#room.length) {
      const wider = Buffer.allocUnsafe(Math.max(1_024, 2 * size));
      this.#room.copy(wider, 0, 0, this.#size);
      this.#room = wider;
    }
    part.copy(this.#room, this.#size);
    this.#size = size;
    return this.#room.subarray(0, size);
  }

  /** Gives all there is away: it is never written again. */
  take(): Buffer {
    const bytes = this.#room.subarray(0, this.#size);
    this.#room = Buffer.alloc(0);
    this.#size = 0;
    return bytes;
  }
}
