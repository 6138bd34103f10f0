import type { Effect, World } from './world.ts';

/** One running fault's wish for a key; the strongest wish of a key is what the world carries. */
interface Claim {
  readonly strength: number;
  readonly start: () => Promise<Effect>;
  hits: number;
}

/** All wishes for one key (a part and a verb), served one change at a time. */
class Layer {
  readonly #claims: Claim[] = [];
  #carried: { readonly claim: Claim; readonly effect: Effect; counted: number } | undefined;
  #turn: Promise<void> = Promise.resolve();

  claim(strength: number, start: () => Promise<Effect>): Promise<Effect> {
    const claim: Claim = { strength, start, hits: 0 };
    return this.#inTurn(async () => {
      this.#count();
      const before = [...this.#claims];
      this.#claims.push(claim);
      try {
        await this.#carryStrongest(before);
      } catch (error) {
        this.#claims.splice(this.#claims.indexOf(claim), 1);
        throw error;
      }
      return {
        hits: () => {
          this.#count();
          return claim.hits;
        },
        heal: () => this.#withdraw(claim),
      };
    });
  }

  #withdraw(claim: Claim): Promise<void> {
    return this.#inTurn(async () => {
      const index = this.#claims.indexOf(claim);
      if (index < 0) return;
      this.#count();
      const before = [...this.#claims];
      this.#claims.splice(index, 1);
      await this.#carryStrongest(before);
    });
  }

  /** `before`: the wishes until now, for whom what the healed effect still counted while it was healed counts. */
  async #carryStrongest(before: readonly Claim[]): Promise<void> {
    // The first of the strongest: an equal wish that comes later changes nothing.
    let strongest: Claim | undefined;
    for (const claim of this.#claims)
      if (strongest === undefined || claim.strength > strongest.strength) strongest = claim;
    const carried = this.#carried;
    if (carried !== undefined && strongest !== undefined && carried.claim.strength === strongest.strength) return;
    this.#carried = undefined;
    if (carried !== undefined) {
      await carried.effect.heal();
      const late = carried.effect.hits() - carried.counted;
      for (const claim of before) claim.hits += late;
    }
    if (strongest !== undefined) this.#carried = { claim: strongest, effect: await strongest.start(), counted: 0 };
  }

  /** What the carried effect touched since the last count was touched on behalf of every wish that is active. */
  #count(): void {
    const carried = this.#carried;
    if (carried === undefined) return;
    const now = carried.effect.hits();
    for (const claim of this.#claims) claim.hits += now - carried.counted;
    carried.counted = now;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}

const tokenStrength = { slow: 1, errors: 2, outage: 3 } as const;
const backendStrength = { slow: 1, errors: 2, down: 3 } as const;

/**
 * A world in which faults may overlap on one part: a connector that is killed twice comes back when both are over, and
 * of two modes of one service the graver holds (outage over errors over slow). Link latency and bandwidth pass through:
 * toxics of a link add up by themselves.
 */
export function overlapping(world: World): World {
  const layers = new Map<string, Layer>();
  const layer = (key: string): Layer => {
    const known = layers.get(key) ?? new Layer();
    layers.set(key, known);
    return known;
  };
  return {
    kill: (part) => layer(`kill ${part}`).claim(1, () => world.kill(part)),
    freeze: (part) => layer(`freeze ${part}`).claim(1, () => world.freeze(part)),
    slow: (part, factor) => layer(`slow ${part}`).claim(factor, () => world.slow(part, factor)),
    link: (hop, part, toxic) =>
      toxic.kind === 'partition' || toxic.kind === 'reset'
        ? layer(`${toxic.kind} ${hop} ${part}`).claim(1, () => world.link(hop, part, toxic))
        : world.link(hop, part, toxic),
    tokenService: (mode) => layer('token-service').claim(tokenStrength[mode.kind], () => world.tokenService(mode)),
    backend: (application, mode) =>
      layer(`backend ${application}`).claim(backendStrength[mode.kind], () => world.backend(application, mode)),
    directory: (mode) => layer('directory').claim(1, () => world.directory(mode)),
  };
}
