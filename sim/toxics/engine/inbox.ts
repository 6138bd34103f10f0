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

  /** Puts chunks in front of all that wait. */
  prepend(chunks: readonly Chunk[]): void {
    this.#items = [...chunks, ...this.#items.slice(this.#head)];
    this.#head = 0;
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

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
