import { invariant } from '../host/errors.ts';
import type { BodySource, Chunk, Pulled } from '../host/message.ts';
import { DATA_CHUNK_BYTES } from './limits.ts';

/** Who is told about the reader of a ChunkQueue. */
export interface ChunkQueueOwner {
  /** The reader took `bytes`; credit may be given back. */
  consumed(bytes: number): void;
  /** The reader wants no more. */
  abandoned(reason: string): void;
}

/** Above this many waiting chunks small neighbours are joined, so a flood of one-byte chunks costs bytes, not objects. */
const JOIN_ABOVE = 64;

/** A body whose chunks are pushed by one side and pulled by the other. Its bound is the credit its owner hands out. */
export class ChunkQueue implements BodySource {
  readonly #owner: ChunkQueueOwner;
  #chunks: Chunk[] = [];
  #first = 0;
  #ended = false;
  #error: Error | undefined = undefined;
  #resolve: ((chunk: Chunk | undefined) => void) | undefined = undefined;
  #reject: ((error: Error) => void) | undefined = undefined;

  constructor(owner: ChunkQueueOwner) {
    this.#owner = owner;
  }

  push(chunk: Chunk): void {
    if (chunk.bytes === 0 || this.#ended || this.#error !== undefined) return;
    const resolve = this.#resolve;
    if (resolve !== undefined) {
      this.#resolve = undefined;
      this.#reject = undefined;
      this.#owner.consumed(chunk.bytes);
      resolve(chunk);
      return;
    }
    const last = this.#chunks.at(-1);
    if (this.#chunks.length - this.#first > JOIN_ABOVE && last !== undefined) {
      if (last.bytes + chunk.bytes <= DATA_CHUNK_BYTES) {
        this.#chunks[this.#chunks.length - 1] = joined(last, chunk);
        return;
      }
    }
    this.#chunks.push(chunk);
  }

  /** No more chunks follow. */
  end(): void {
    this.#ended = true;
    this.#resolve?.(undefined);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  /** Broken off: what waits is dropped, the next pull rejects with `error`. */
  fail(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#drop();
    this.#reject?.(error);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  pull(): Pulled {
    const chunk = this.#chunks[this.#first];
    if (chunk !== undefined) {
      this.#first++;
      if (this.#first === this.#chunks.length) this.#drop();
      else if (this.#first >= 64) {
        this.#chunks.splice(0, this.#first);
        this.#first = 0;
      }
      this.#owner.consumed(chunk.bytes);
      return chunk;
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#ended) return undefined;
    invariant(this.#resolve === undefined, 'one pull at a time');
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  cancel(reason: string): void {
    this.#drop();
    this.#owner.abandoned(reason);
    this.end();
  }

  #drop(): void {
    this.#chunks = [];
    this.#first = 0;
  }
}

function joined(a: Chunk, b: Chunk): Chunk {
  const bytes = a.bytes + b.bytes;
  if (a.data === undefined || b.data === undefined) return { bytes };
  const data = new Uint8Array(bytes);
  data.set(a.data, 0);
  data.set(b.data, a.bytes);
  return { bytes, data };
}
