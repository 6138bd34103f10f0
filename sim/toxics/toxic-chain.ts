import type { Direction, Toxic } from './toxic.ts';

/** Most toxics on one proxy: every connection starts with all of them. */
export const MOST_TOXICS = 1_000;

/** So many names are remembered after their toxics have gone; beyond that the one longest unused is forgotten. */
export const MOST_REMEMBERED = 10_000;

/** The toxics of one proxy: unique names over both directions, order of adding within a direction. */
export class ToxicChain {
  readonly #chains: Record<Direction, Toxic[]> = { upstream: [], downstream: [] };
  readonly #byName = new Map<string, Toxic>();
  /** How often each name was used, the latest used last. */
  readonly #uses = new Map<string, number>();
  /** The most uses of any forgotten name: a name not remembered counts as used so often, so that no stream comes twice. */
  #forgotten = 0;

  /** All upstream, then all downstream, each in the order added. */
  all(): Toxic[] {
    return [...this.#chains.upstream, ...this.#chains.downstream];
  }

  of(direction: Direction): readonly Toxic[] {
    return this.#chains[direction];
  }

  find(name: string): Toxic | undefined {
    return this.#byName.get(name);
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Which use of the name the next toxic added under it is, from 1: names the random streams of a name used again. */
  nextGeneration(name: string): number {
    return (this.#uses.get(name) ?? this.#forgotten) + 1;
  }

  add(toxic: Toxic): void {
    this.#chains[toxic.direction].push(toxic);
    const generation = this.nextGeneration(toxic.name);
    this.#byName.set(toxic.name, toxic);
    this.#uses.delete(toxic.name);
    this.#uses.set(toxic.name, generation);
    if (this.#uses.size > MOST_REMEMBERED) this.#forget();
  }

  remove(toxic: Toxic): boolean {
    const chain = this.#chains[toxic.direction];
    const index = chain.indexOf(toxic);
    if (index < 0) return false;
    chain.splice(index, 1);
    this.#byName.delete(toxic.name);
    return true;
  }

  #forget(): void {
    // At most MOST_TOXICS of them are in use.
    for (const [name, uses] of this.#uses) {
      if (this.#byName.has(name)) continue;
      this.#uses.delete(name);
      this.#forgotten = Math.max(this.#forgotten, uses);
      return;
    }
  }
}
