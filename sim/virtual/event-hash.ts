/**
 * A running 64-bit hash over what happened, in order: two 32-bit lanes of multiply-xor mixing (after bryc's cyrb53, public
 * domain). Not cryptographic: it tells two runs apart, nothing more.
 */
export class EventHash {
  #a = 0xdeadbeef | 0;
  #b = 0x41c6ce57 | 0;

  /** An integer of any size up to 2^53, or a count. */
  number(n: number): void {
    const low = n | 0;
    const high = (n / 4294967296) | 0;
    this.#a = Math.imul(this.#a ^ low, 2654435761) ^ (this.#b >>> 15);
    this.#b = Math.imul(this.#b ^ low ^ Math.imul(high, 668265263), 1597334677) ^ (this.#a >>> 13);
  }

  text(text: string): void {
    this.number(text.length);
    for (let i = 0; i < text.length; i++) this.number(text.charCodeAt(i));
  }

  /** 16 hexadecimal digits. Does not end the hash. */
  digest(): string {
    let a = Math.imul(this.#a ^ (this.#a >>> 16), 2246822507) ^ Math.imul(this.#b ^ (this.#b >>> 13), 3266489909);
    let b = Math.imul(this.#b ^ (this.#b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    a = (a ^ (a >>> 16)) >>> 0;
    b = (b ^ (b >>> 16)) >>> 0;
    return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
  }
}
