import { Decimal } from '../decimal.ts';
import { badBody } from './toxics-error.ts';

/** Deepest nesting that is read. Nothing the API takes is deeper than 5; Go stops at 10,000. */
export const DEEPEST_NESTING = 1_000;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads the first JSON value of a text and leaves alone what follows, as Go's decoder does. Not JSON.parse: that one
 * wants the end of the text, has no bound on nesting and cannot tell `1.0` from `1`. One pass, linear in what it reads.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws ToxicsError 400 `bad request body: …`, with the reason `EOF` when there is no value at all */
  first(): unknown {
    this.#skipSpace();
    if (this.#at === this.#text.length) throw badBody('EOF');
    return this.#value(0);
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST_NESTING) throw badBody('exceeded max depth');
    this.#skipSpace();
    const c = this.#text[this.#at];
    if (c === '{') return this.#object(depth);
    if (c === '[') return this.#array(depth);
    if (c === '"') return this.#string();
    return this.#scalar();
  }

  #object(depth: number): object {
    const read = Object.create(null) as Record<string, unknown>;
    this.#at += 1;
    if (this.#took('}')) return read;
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      if (!this.#took(':')) throw this.#unexpected('after object key');
      const value = this.#value(depth + 1);
      // As in Go, a later null leaves an earlier value of the same key in place.
      if (value !== null || !(key in read)) read[key] = value;
    } while (this.#took(','));
    if (!this.#took('}')) throw this.#unexpected('after object key:value pair');
    return read;
  }

  #array(depth: number): unknown[] {
    const read: unknown[] = [];
    this.#at += 1;
    if (this.#took(']')) return read;
    do read.push(this.#value(depth + 1));
    while (this.#took(','));
    if (!this.#took(']')) throw this.#unexpected('after array element');
    return read;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (end > 0 && this.#escaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw badBody('unexpected EOF');
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      throw badBody('invalid character in string');
    }
  }

  #escaped(quote: number): boolean {
    let slashes = 0;
    while (this.#text[quote - 1 - slashes] === '\\') slashes += 1;
    return slashes % 2 === 1;
  }

  #scalar(): unknown {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text);
    if (number === null) throw this.#unexpected('looking for beginning of value');
    this.#at = NUMBER.lastIndex;
    return number[1] === undefined && number[2] === undefined ? Number(number[0]) : new Decimal(number[0]);
  }

  #took(c: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== c) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #unexpected(where: string): Error {
    const c = this.#text[this.#at];
    return badBody(c === undefined ? 'unexpected EOF' : `invalid character ${JSON.stringify(c)} ${where}`);
  }
}
