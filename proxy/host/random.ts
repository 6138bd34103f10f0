/** Seeded chance for one purpose of one entity. Never used for secrets: those come from Crypto. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, 2^32). */
  u32(): number;
  /** Uniform integer in [0, bound); bound ≥ 1. */
  below(bound: number): number;
  /** Exponential with the given mean (inversion; log only, no powers). */
  exponential(mean: number): number;
  /**
   * An independent stream named `purpose/entity`. Same seed and name give the same stream whatever was drawn before,
   * so adding connector 5 disturbs nothing else.
   */
  fork(name: string): Random;
}

/** 128-bit state from a text by xmur3-style mixing (public-domain construction by bryc). */
function hashText(text: string): () => number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h >>> 0;
  };
}

/**
 * The `ordinal`-th draw of a family that needs no order: uniform in [0, 1), the same whatever was drawn before. Both
 * arguments count as unsigned 32-bit integers (murmur3's finalizer over a Weyl sequence, public domain).
 */
export function drawOf(family: number, ordinal: number): number {
  let h = (family ^ Math.imul(ordinal, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** sfc32 (PractRand's small fast counter, 128-bit state), seeded by name. */
class Sfc32 implements Random {
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(name: string) {
    this.#name = name;
    const word = hashText(name);
    this.#a = word() | 0;
    this.#b = word() | 0;
    this.#c = word() | 0;
    this.#d = 1;
    for (let i = 0; i < 12; i++) this.u32();
  }

  u32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  next(): number {
    return this.u32() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor((this.u32() / 4294967296) * bound);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.u32() / 4294967296);
  }

  fork(name: string): Random {
    return new Sfc32(`${this.#name}/${name}`);
  }
}

/** The root stream of a run. The same seed text always means the same draws: the generator is ours, not a library's. */
export function seededRandom(seed: string | number): Random {
  return new Sfc32(`holdfast:${seed}`);
}
