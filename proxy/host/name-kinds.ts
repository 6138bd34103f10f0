const most = 2048;
const longest = 64;

/**
 * What `judge` says of a name, such as that of a field as received, asked once for each spelling: names repeat, and one look-up costs less than
 * lower case, pattern and table each time. Bounded, since peers choose names: beyond it a name is judged anew.
 */
export class NameKinds<K> {
  readonly #judge: (name: string) => K;
  readonly #known = new Map<string, K>();

  constructor(judge: (name: string) => K) {
    this.#judge = judge;
  }

  of(name: string): K {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const kind = this.#judge(name);
    if (this.#known.size < most && name.length <= longest) this.#known.set(name, kind);
    return kind;
  }
}
