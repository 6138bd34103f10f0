import type { BodySource, Chunk, Pulled } from './message.ts';

/** A body that is already complete. `bytes` ≥ 0; at L1 no data goes with it. */
export function wholeBody(chunk: Chunk): BodySource {
  return new WholeBody(chunk);
}

class WholeBody implements BodySource {
  readonly whole: Chunk;
  #given = false;

  constructor(chunk: Chunk) {
    this.whole = chunk;
  }

  pull(): Pulled {
    if (this.#given) return undefined;
    this.#given = true;
    return this.whole;
  }

  cancel(): void {
    this.#given = true;
  }
}

/** UTF-8 text as a complete body. */
export function textBody(text: string): BodySource {
  const data = new TextEncoder().encode(text);
  return wholeBody({ bytes: data.byteLength, data });
}
