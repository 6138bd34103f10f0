import type { DurableStore } from '../../proxy/host/host.ts';

/** A part's disk: belongs to the part, not to one of its lives. */
export class MemoryStore implements DurableStore {
  readonly #values = new Map<string, string>();

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
