const most = 2048;
const longest = 64;

/**
 * What `judge` says of a field name, asked once for each spelling: names repeat, and a look-up by the name as it was sent
 * costs less than its lower case and a look-up of that. Bounded, since peers choose names.
 */
export class NameKinds<K> {
  readonly #judge: (key: string, name: string) => K;
  readonly #known = new Map<string, K>();

  /** `key` is the name in lower case. */
  constructor(judge: (key: string, name: string) => K) {
    this.#judge = judge;
  }

  of(name: string): K {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const kind = this.#judge(name.toLowerCase(), name);
    if (this.#known.size < most && name.length <= longest) this.#known.set(name, kind);
    return kind;
  }
}
