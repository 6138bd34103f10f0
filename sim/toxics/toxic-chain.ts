import type { Direction, Toxic } from './toxic.ts';

/** Most toxics on one proxy: every connection starts with all of them. */
export const MOST_TOXICS = 1_000;

/** The toxics of one proxy: unique names over both directions, order of adding within a direction. */
export class ToxicChain {
  readonly #chains: Record<Direction, Toxic[]> = { upstream: [], downstream: [] };
  readonly #byName = new Map<string, Toxic>();
  readonly #uses = new Map<string, number>();

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
    return (this.#uses.get(name) ?? 0) + 1;
  }

  add(toxic: Toxic): void {
    this.#chains[toxic.direction].push(toxic);
    this.#uses.set(toxic.name, this.nextGeneration(toxic.name));
    this.#byName.set(toxic.name, toxic);
  }

  remove(toxic: Toxic): boolean {
    const chain = this.#chains[toxic.direction];
    const index = chain.indexOf(toxic);
    if (index < 0) return false;
    chain.splice(index, 1);
    this.#byName.delete(toxic.name);
    return true;
  }
}
