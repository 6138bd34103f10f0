import type { BodySource, Chunk } from '../../../proxy/host/message.ts';

/** A body whose chunks the test gives, one to each pull. */
export class OpenBody implements BodySource {
  cancelled = false;
  #give: ((chunk: Chunk | undefined) => void) | undefined;
  #ended = false;

  pull(): Promise<Chunk | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  give(chunk: Chunk | undefined): void {
    this.#ended = chunk === undefined;
    this.#give?.(chunk);
  }

  cancel(): void {
    this.cancelled = true;
    this.give(undefined);
  }
}
