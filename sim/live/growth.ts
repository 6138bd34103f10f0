/** How much counters of several processes grew since each was first seen; one that began anew counts from zero. */
export class Growth {
  readonly #last = new Map<string, number>();
  #total = 0;

  /** Notes a look at one counter; undefined (its process did not answer) changes nothing. Returns the growth of all. */
  note(counter: string, value: number | undefined): number {
    if (value === undefined) return this.#total;
    const last = this.#last.get(counter);
    this.#last.set(counter, value);
    if (last !== undefined) this.#total += value >= last ? value - last : value;
    return this.#total;
  }
}
