import { type Random, seededRandom } from '../../proxy/host/random.ts';
import type { ConditionValues } from './condition-attributes.ts';
import type { Toxicity } from './control/toxicity.ts';
import { type MatchRule, readMatch } from './match/match-rule.ts';
import type { ToxicType } from './toxic-type.ts';

/** Which way bytes flow: `upstream` is client to server. */
export type Direction = 'upstream' | 'downstream';

/** What a client may set on a toxic of any type. */
export interface ToxicSettings {
  readonly toxicity: Toxicity;
  /** The type's own and the common attributes, complete. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Where a toxic is about to act: what its conditions ask about. */
export interface Site {
  /** 1 for the first connection of the proxy. */
  readonly ordinal: number;
  /** The stream of this connection and direction. */
  readonly random: Random;
  /** Whether the connection fits a rule; undefined while the client's first bytes are to come. */
  fits(toxic: Toxic, rule: MatchRule): boolean | undefined;
}

/** One toxic on one proxy, as the control API knows it. */
export class Toxic {
  readonly name: string;
  readonly definition: ToxicType;
  /** The stream as the client typed it; answers echo it. */
  readonly stream: string;
  readonly direction: Direction;
  readonly shared: unknown;
  /** True until `start_after_ms` has passed. */
  sleeping = false;
  /** How many connections the proxy had accepted when this toxic was added. */
  bornAfterConnection = 0;
  /** Connections this toxic did something to. */
  hits = 0;
  readonly #streamName: string;
  #settings: ToxicSettings;
  #match: MatchRule | undefined;

  constructor(parts: {
    name: string;
    definition: ToxicType;
    stream: string;
    direction: Direction;
    generation: number;
    settings: ToxicSettings;
  }) {
    this.name = parts.name;
    this.definition = parts.definition;
    this.stream = parts.stream;
    this.direction = parts.direction;
    this.#streamName = parts.generation === 1 ? parts.name : `${parts.name}#${parts.generation}`;
    this.#settings = parts.settings;
    this.#match = ruleOf(parts.settings);
    this.shared = parts.definition.shared?.();
  }

  get settings(): ToxicSettings {
    return this.#settings;
  }

  set settings(settings: ToxicSettings) {
    this.#settings = settings;
    this.#match = ruleOf(settings);
  }

  get common(): ConditionValues {
    return this.#settings.attributes as ConditionValues;
  }

  /** True when it acts on every connection, so that a whole port can be judged by it. */
  get everywhere(): boolean {
    return this.#settings.toxicity >= 1 && this.#match === undefined && !((this.common.after_connections ?? 0) > 0);
  }

  /** Whether its toxicity hits: only a share between 0 and 1 takes a draw, so that certain cases cost no stream. */
  drawn(random: () => Random): boolean {
    const { toxicity } = this.#settings;
    return toxicity >= 1 || (toxicity > 0 && random().next() < toxicity);
  }

  /** The stream all its draws on one direction of one connection come from; the first draw is the toxicity. */
  randomAt(site: Site): Random {
    const { seed } = this.common;
    if (seed === undefined) return site.random.fork(this.#streamName);
    return seededRandom(`toxic/${seed}`).fork(`connection/${site.ordinal}/${this.direction}/${this.#streamName}`);
  }

  /** Whether its conditions allow it to act on this connection; undefined while that depends on bytes to come. */
  allowedAt(site: Site): boolean | undefined {
    if (this.sleeping || site.ordinal <= this.bornAfterConnection + (this.common.after_connections ?? -Infinity))
      return false;
    return this.#match === undefined ? true : site.fits(this, this.#match);
  }
}

function ruleOf(settings: ToxicSettings): MatchRule | undefined {
  const { match } = settings.attributes as ConditionValues;
  return match === undefined ? undefined : readMatch(match);
}
