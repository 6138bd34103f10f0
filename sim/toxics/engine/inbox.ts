import type { Chunk } from './chunk.ts';

/** Chunks waiting in front of a busy toxic: first in, first out, without shifting an array. */
export class Inbox {
  #items: Chunk[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(chunk: Chunk): void {
    this.#items.push(chunk);
  }

  shift(): Chunk | undefined {
    const chunk = this.#items[this.#head];
    if (chunk === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 256) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  /** Makes one chunk of as many as `mostBytes` hold, in order: what many small ones would cost to hand on is saved. */
  join(mostBytes: number): void {
    const joined: Chunk[] = [];
    for (let chunk = this.shift(); chunk !== undefined; ) {
      const run = [chunk.bytes];
      const { at } = chunk;
      let bytes = chunk.bytes.length;
      for (chunk = this.shift(); chunk !== undefined && bytes + chunk.bytes.length <= mostBytes; chunk = this.shift()) {
        run.push(chunk.bytes);
        bytes += chunk.bytes.length;
      }
      joined.push({ bytes: run.length === 1 ? (run[0] as Uint8Array) : Buffer.concat(run, bytes), at });
    }
    this.#items = joined;
    this.#head = 0;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
