import type { HoldfastError } from '../../host/errors.ts';
import type { BodySource, Chunk, Pulled } from '../../host/message.ts';

/** Gathered before the backend is told to wait. */
const highMark = 64 * 1024;

interface Waiting {
  readonly resolve: (chunk: Chunk | undefined) => void;
  readonly reject: (error: HoldfastError) => void;
}

/** The body of a backend's answer: filled by undici's callbacks, emptied by pulls, never more than `highMark` plus one read. */
export class AnswerBody implements BodySource {
  readonly #resume: () => void;
  readonly #abort: (reason: string) => void;
  readonly #chunks: Chunk[] = [];
  #size = 0;
  #paused = false;
  #ended = false;
  #failure: HoldfastError | undefined;
  #waiting: Waiting | undefined;

  /** `resume`: read on after a `false` from take; `abort`: drop the exchange, connection and all. */
  constructor(resume: () => void, abort: (reason: string) => void) {
    this.#resume = resume;
    this.#abort = abort;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What is here so far, as one chunk; empties the queue. For an answer that was complete at once. */
  takeAll(): Chunk {
    const chunks = this.#chunks.splice(0);
    const bytes = this.#size;
    this.#size = 0;
    const only = chunks[0];
    if (chunks.length === 1 && only !== undefined) return only;
    const data = new Uint8Array(bytes);
    let at = 0;
    for (const chunk of chunks) {
      if (chunk.data !== undefined) data.set(chunk.data, at);
      at += chunk.bytes;
    }
    return { bytes, data };
  }

  /** False: wait for resume before reading more. */
  take(data: Uint8Array): boolean {
    if (this.#failure !== undefined) return true;
    this.#chunks.push({ bytes: data.byteLength, data });
    this.#size += data.byteLength;
    this.#settle();
    this.#paused = this.#size >= highMark;
    return !this.#paused;
  }

  end(): void {
    this.#ended = true;
    this.#settle();
  }

  fail(error: HoldfastError): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = error;
    this.#settle();
  }

  pull(): Pulled {
    const chunk = this.#shift();
    if (chunk !== undefined) return chunk;
    if (this.#ended) return undefined;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  cancel(reason: string): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#abort(reason);
  }

  #shift(): Chunk | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#size -= chunk.bytes;
    if (this.#paused && this.#size < highMark) {
      this.#paused = false;
      this.#resume();
    }
    return chunk;
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const chunk = this.#chunks.length > 0 ? this.#shift() : undefined;
    if (chunk === undefined && !this.#ended && this.#failure === undefined) return;
    this.#waiting = undefined;
    if (chunk !== undefined || this.#failure === undefined) waiting.resolve(chunk);
    else waiting.reject(this.#failure);
  }
}
