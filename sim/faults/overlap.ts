import type { BackendMode, Effect, TokenServiceMode, World } from './world.ts';

/** How grave a wish is: by its kind, among equal kinds by its amount. */
interface Gravity {
  readonly kind: number;
  readonly amount: number;
}

/** One running fault's wish for a key; the gravest wish of a key is what the world carries. */
interface Claim {
  readonly gravity: Gravity;
  /** Wishes of one text are the same to the world. */
  readonly text: string;
  readonly start: () => Promise<Effect>;
  hits: number;
}

/** All wishes for one key (a part and a verb), served one change at a time. */
class Layer {
  readonly #claims: Claim[] = [];
  #carried: { readonly claim: Claim; readonly effect: Effect; counted: number } | undefined;
  #turn: Promise<void> = Promise.resolve();

  claim(gravity: Gravity, text: string, start: () => Promise<Effect>): Promise<Effect> {
    const claim: Claim = { gravity, text, start, hits: 0 };
    return this.#inTurn(async () => {
      this.#count();
      const before = [...this.#claims];
      this.#claims.push(claim);
      try {
        await this.#carryGravest(before);
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
      await this.#carryGravest(before);
    });
  }

  /** `before`: the wishes until now, for whom what the healed effect still counted while it was healed counts. */
  async #carryGravest(before: readonly Claim[]): Promise<void> {
    // The first of the gravest: an equal wish that comes later changes nothing.
    let gravest: Claim | undefined;
    for (const claim of this.#claims)
      if (gravest === undefined || isGraver(claim.gravity, gravest.gravity)) gravest = claim;
    const carried = this.#carried;
    // The carried wish may be over while an equal one goes on, not so a lighter or a longer one: its own numbers count.
    if (carried !== undefined && gravest !== undefined && carried.claim.text === gravest.text) return;
    this.#carried = undefined;
    if (carried !== undefined) {
      await carried.effect.heal();
      const late = carried.effect.hits() - carried.counted;
      for (const claim of before) claim.hits += late;
    }
    if (gravest !== undefined) this.#carried = { claim: gravest, effect: await gravest.start(), counted: 0 };
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

const isGraver = (a: Gravity, b: Gravity): boolean => (a.kind === b.kind ? a.amount > b.amount : a.kind > b.kind);

const gravityOfKind = { slow: 1, errors: 2, outage: 3, down: 3 } as const;

function gravityOf(mode: TokenServiceMode | BackendMode): Gravity {
  const kind = gravityOfKind[mode.kind];
  if (mode.kind === 'slow') return { kind, amount: mode.added };
  return { kind, amount: mode.kind === 'errors' ? mode.rate : 0 };
}

/** Wishes that know no degrees. */
const whole: Gravity = { kind: 0, amount: 0 };

/**
 * A world in which faults may overlap on one part: a connector that is killed twice comes back when both are over, and
 * of two modes of one service the graver holds (outage over slow; of two slow ones the slower, of two that fail the one
 * that fails more often), each with its own numbers for as long as it lasts. A token service can be slow and fail at once.
 * Link latency and bandwidth pass through: toxics of a link add up by themselves.
 */
export function overlapping(world: World): World {
  const layers = new Map<string, Layer>();
  const layer = (key: string): Layer => {
    const known = layers.get(key) ?? new Layer();
    layers.set(key, known);
    return known;
  };
  return {
    kill: (part) => layer(`kill ${part}`).claim(whole, '', () => world.kill(part)),
    freeze: (part) => layer(`freeze ${part}`).claim(whole, '', () => world.freeze(part)),
    slow: (part, factor) =>
      layer(`slow ${part}`).claim({ kind: 0, amount: factor }, `${factor}`, () => world.slow(part, factor)),
    link: (hop, part, toxic) =>
      toxic.kind === 'partition' || toxic.kind === 'reset'
        ? layer(`${toxic.kind} ${hop} ${part}`).claim(whole, '', () => world.link(hop, part, toxic))
        : world.link(hop, part, toxic),
    tokenService: (mode) =>
      layer(mode.kind === 'errors' ? 'token-service errors' : 'token-service').claim(
        gravityOf(mode),
        JSON.stringify(mode),
        () => world.tokenService(mode),
      ),
    backend: (application, mode) =>
      layer(`backend ${application}`).claim(gravityOf(mode), JSON.stringify(mode), () =>
        world.backend(application, mode),
      ),
    directory: (mode) => layer('directory').claim(whole, '', () => world.directory(mode)),
  };
}
