import type { Chunk, Ending, Receiver } from './chunk.ts';

/** Where a link's bytes leave: a socket's writing side. */
export interface Sink {
  /** True while nothing written waits in this process: all of it may be overwritten. */
  readonly idle: boolean;
  /** Returns false when the other side cannot keep up; `drained` of the link follows. */
  write(bytes: Uint8Array): boolean;
  end(ending: Ending): void;
}

/** What the last stage of a link hands on to: the sink, with its fill level and its end. */
export class Outlet implements Receiver {
  /** True from a write the sink could not take at once until it drained. */
  full = false;
  readonly #sink: Sink;
  #closed = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** True while nothing that came out is in use. */
  get idle(): boolean {
    return this.#sink.idle;
  }

  /** True once the ending came out, or nothing may come out any more. */
  get closed(): boolean {
    return this.#closed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed && !this.#sink.write(bytes)) this.full = true;
  }

  chunk(chunk: Chunk): void {
    this.write(chunk.bytes);
  }

  end(ending: Ending): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.end(ending);
  }

  /** Nothing comes out any more. */
  shut(): void {
    this.#closed = true;
  }
}
