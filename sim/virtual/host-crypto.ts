import type { Crypto } from '../../proxy/host/host.ts';
import type { Random } from '../../proxy/host/random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Two characters for twelve bits. */
const pairs = Array.from({ length: 4096 }, (_, bits) => `${alphabet[bits >>> 6]}${alphabet[bits & 63]}`);
const decoded = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) decoded[alphabet.charCodeAt(i)] = i;

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** What was sealed lately: most of it is opened soon, by another host of the same world. Only speed depends on it. */
const issued = new Map<
  string,
  { readonly secret: string; readonly key: string; readonly context: string; readonly text: string }
>();
const issuedMost = 20_000;
const begunMost = 100;

/**
 * Cryptography for virtual time: same shapes as the real one, refuses whatever the real one refuses (another key, another
 * context, any changed character) and costs next to nothing. It keeps no secret from a reader of this file and must never
 * leave the simulator.
 */
export class StandInCrypto implements Crypto {
  readonly #secret: string;
  readonly #random: Random;
  /** Lanes after everything but the text, which is all that changes from user to user. */
  readonly #begun = new Map<string, Lanes>();

  /** `secret` is what all hosts of one world share; `random` feeds `randomId` and belongs to one life of one host. */
  constructor(secret: string, random: Random) {
    this.#secret = secret;
    this.#random = random;
  }

  seal(key: string, context: string, text: string): string {
    const tag = this.#tag('seal', key, context, text);
    const sealed = tag + encode(masked(utf8.encode(text), tag));
    if (issued.size >= issuedMost) issued.clear();
    issued.set(sealed, { secret: this.#secret, key, context, text });
    return sealed;
  }

  open(key: string, context: string, sealed: string): string | undefined {
    const known = issued.get(sealed);
    if (known !== undefined && known.secret === this.#secret && known.key === key && known.context === context) {
      return known.text;
    }
    const tag = sealed.slice(0, 22);
    const bytes = decode(sealed.slice(22));
    if (tag.length !== 22 || bytes === undefined) return undefined;
    const text = decoder.decode(masked(bytes, tag));
    // Two spellings of one text must not both pass: the sealed form is compared whole.
    return this.seal(key, context, text) === sealed ? text : undefined;
  }

  sign(key: string, text: string): string {
    return this.#tag('sign', key, '', text);
  }

  verify(key: string, text: string, signature: string): boolean {
    return this.#tag('sign', key, '', text) === signature;
  }

  randomId(bytes: number): string {
    const out = new Uint8Array(bytes);
    for (let i = 0; i < bytes; i++) out[i] = this.#random.u32() >>> 24;
    return encode(out);
  }

  /** 22 characters of base64url over four mixing lanes. */
  #tag(purpose: string, key: string, context: string, text: string): string {
    const name = `${purpose} ${key} ${context}`;
    let begun = this.#begun.get(name);
    if (begun === undefined) {
      begun = [this.#secret, purpose, key, context].reduce(mixed, initial);
      if (this.#begun.size < begunMost) this.#begun.set(name, begun);
    }
    let { a, b, c, d } = mixed(begun, text);
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    for (let lane = 0; lane < 4; lane++) {
      a = Math.imul(a ^ (d >>> 16), 2246822507);
      b = Math.imul(b ^ (a >>> 13), 3266489909);
      c = Math.imul(c ^ (b >>> 16), 668265263);
      d = Math.imul(d ^ (c >>> 15), 374761393);
      view.setInt32(lane * 4, a ^ b ^ c ^ d);
    }
    return encode(bytes);
  }
}

interface Lanes {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const initial: Lanes = { a: 0x9e3779b9 | 0, b: 0x243f6a88 | 0, c: 0xb7e15162 | 0, d: 0x6a09e667 | 0 };

/** The lanes after `part`; its length is mixed in, so parts cannot run into each other. */
function mixed(lanes: Lanes, part: string): Lanes {
  let { a, b, c, d } = lanes;
  a = Math.imul(a ^ part.length, 2654435761);
  for (let i = 0; i < part.length; i++) {
    const code = part.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code ^ (a >>> 15), 1597334677);
    c = Math.imul(c + code + (b >>> 13), 2246822507);
    d = Math.imul(d ^ (c + a), 3266489909) ^ (b >>> 16);
  }
  return { a, b: b ^ (d >>> 11), c: c ^ (a >>> 7), d };
}

/** Not readable at a glance; the mask follows from the tag. */
function masked(bytes: Uint8Array, tag: string): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let state = 0;
  for (let i = 0; i < tag.length; i++) state = Math.imul(state ^ tag.charCodeAt(i), 2654435761);
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out[i] = (bytes[i] as number) ^ (state >>> 24);
  }
  return out;
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const held = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    text += (pairs[held >>> 12] as string) + (pairs[held & 0xfff] as string);
  }
  const left = bytes.length - i;
  if (left === 2) {
    const held = ((bytes[i] as number) << 10) | ((bytes[i + 1] as number) << 2);
    return text + (pairs[held >>> 6] as string) + alphabet[held & 63];
  }
  return left === 1 ? text + (pairs[(bytes[i] as number) << 4] as string) : text;
}

/** Undefined when a character is none of base64url. */
function decode(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = decoded[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return bytes;
}
