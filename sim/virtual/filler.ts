import type { Chunk } from '../../proxy/host/message.ts';

/** Bodies of virtual users and backends: lengths at L1, real bytes at L2. The bytes say nothing and are shared. */
export class Filler {
  readonly #data: boolean;
  readonly #chunks = new Map<number, Chunk>();

  constructor(fidelity: 'L1' | 'L2') {
    this.#data = fidelity === 'L2';
  }

  /** The plan knows few sizes, so each is made once. */
  chunk(bytes: number): Chunk {
    let chunk = this.#chunks.get(bytes);
    if (chunk === undefined) {
      chunk = this.#data ? { bytes, data: new Uint8Array(bytes).fill(0x78) } : { bytes };
      this.#chunks.set(bytes, chunk);
    }
    return chunk;
  }
}
