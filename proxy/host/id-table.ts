const leastCapacity = 16;

/**
 * Values by a positive integer, for what comes and goes with every request. A Map that is set and deleted all the time is
 * rebuilt again and again, and V8 links every table it gives up to its successor: one of them that grew old keeps all later
 * ones, with the requests in them, from young collections (measured: half of the collector's time in virtual time).
 * Open addressing, linear probing, at most half full; a place that falls free is closed by moving the next ones up.
 */
export class IdTable<T> {
  /** 0 marks a free place. */
  #ids = new Float64Array(leastCapacity);
  #values: Array<T | undefined> = new Array<T | undefined>(leastCapacity).fill(undefined);
  #mask = leastCapacity - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `id` > 0. */
  get(id: number): T | undefined {
    return this.#values[this.#place(id)];
  }

  /** Puts a value in, in the place of an older one with this id. `id` > 0, an integer up to 2^53. */
  set(id: number, value: T): void {
    let place = this.#place(id);
    if (this.#ids[place] === 0) {
      if (2 * (this.#size + 1) > this.#mask + 1) {
        this.#grow();
        place = this.#place(id);
      }
      this.#ids[place] = id;
      this.#size += 1;
    }
    this.#values[place] = value;
  }

  /** False when nothing had this id. */
  delete(id: number): boolean {
    const ids = this.#ids;
    let hole = this.#place(id);
    if (ids[hole] === 0) return false;
    this.#size -= 1;
    for (let at = hole; ; ) {
      at = (at + 1) & this.#mask;
      const other = ids[at] as number;
      if (other === 0) break;
      // May move up unless the hole lies before its home.
      if (((at - this.#home(other)) & this.#mask) < ((at - hole) & this.#mask)) continue;
      ids[hole] = other;
      this.#values[hole] = this.#values[at];
      hole = at;
    }
    ids[hole] = 0;
    this.#values[hole] = undefined;
    return true;
  }

  clear(): void {
    this.#ids.fill(0);
    this.#values.fill(undefined);
    this.#size = 0;
  }

  /** All values, smallest id first; a copy, so the table may change meanwhile. */
  values(): T[] {
    const places: number[] = [];
    for (let place = 0; place <= this.#mask; place++) if (this.#ids[place] !== 0) places.push(place);
    places.sort((a, b) => (this.#ids[a] as number) - (this.#ids[b] as number));
    return places.map((place) => this.#values[place] as T);
  }

  /** Where `id` is, or the free place where it would go. */
  #place(id: number): number {
    const ids = this.#ids;
    let place = this.#home(id);
    while (ids[place] !== id && ids[place] !== 0) place = (place + 1) & this.#mask;
    return place;
  }

  /** Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4): ids in a row lie apart. */
  #home(id: number): number {
    return (Math.imul(id, 0x9e3779b1) >>> 12) & this.#mask;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    const capacity = 2 * ids.length;
    this.#ids = new Float64Array(capacity);
    this.#values = new Array<T | undefined>(capacity).fill(undefined);
    this.#mask = capacity - 1;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (id === 0) continue;
      const place = this.#place(id);
      this.#ids[place] = id;
      this.#values[place] = values[i];
    }
  }
}
