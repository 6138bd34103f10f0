import type { Crypto } from '../../proxy/host/host.ts';
import type { Random } from '../../proxy/host/random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const codes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const decoded = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) decoded[alphabet.charCodeAt(i)] = i;

/** 16 bytes in base64url. */
const tagLength = 22;
const tagBytes = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/**
 * What is being written, of nobody once a call is over: a world seals a session for each user of each of its windows, and a
 * view of a part of a buffer costs as much as writing ten of its bytes.
 */
let plain = new Uint8Array(1024);
let written = Buffer.allocUnsafeSlow(2048);
const tagRoom = new Uint8Array(tagBytes);

interface Issued {
  readonly sealed: string;
  readonly secret: string;
  readonly key: string;
  readonly context: string;
  readonly text: string;
}

/**
 * What was sealed lately, by the twelve bits its first two characters stand for: most of it is opened soon, by another host
 * of the same world. Only speed depends on it.
 */
const issued: Array<Issued | undefined> = new Array<Issued | undefined>(4096).fill(undefined);
const begunMost = 20;

/**
 * Cryptography for virtual time: same shapes as the real one, refuses whatever the real one refuses (another key, another
 * context, any changed character) and costs next to nothing. It keeps no secret from a reader of this file and must never
 * leave the simulator.
 */
export class StandInCrypto implements Crypto {
  readonly #secret: string;
  readonly #random: Random;
  /** Lanes after everything but the text, which is all that changes from user to user. */
  readonly #begun: Begun[] = [];

  /** `secret` is what all hosts of one world share; `random` feeds `randomId` and belongs to one life of one host. */
  constructor(secret: string, random: Random) {
    this.#secret = secret;
    this.#random = random;
  }

  seal(key: string, context: string, text: string): string {
    this.#writeTag('seal', key, context, text);
    const length = writeText(text);
    mask(plain, length, maskOf(written));
    const sealed = ascii(encode(plain, length, tagLength));
    issued[placeOf(sealed)] = { sealed, secret: this.#secret, key, context, text };
    return sealed;
  }

  open(key: string, context: string, sealed: string): string | undefined {
    const known = issued[placeOf(sealed)];
    if (
      known !== undefined &&
      known.sealed === sealed &&
      known.secret === this.#secret &&
      known.key === key &&
      known.context === context
    ) {
      return known.text;
    }
    const tag = decode(sealed.slice(0, tagLength));
    const bytes = decode(sealed.slice(tagLength));
    if (tag?.length !== tagBytes || bytes === undefined) return undefined;
    mask(bytes, bytes.length, maskOf(encoder.encode(sealed.slice(0, tagLength))));
    const text = decoder.decode(bytes);
    // Two spellings of one text must not both pass: the sealed form is compared whole.
    return this.seal(key, context, text) === sealed ? text : undefined;
  }

  sign(key: string, text: string): string {
    return ascii(this.#writeTag('sign', key, '', text));
  }

  verify(key: string, text: string, signature: string): boolean {
    return this.sign(key, text) === signature;
  }

  randomId(bytes: number): string {
    if (plain.length < bytes) plain = new Uint8Array(2 * bytes);
    const out = plain;
    for (let i = 0; i < bytes; i++) out[i] = this.#random.u32() >>> 24;
    return ascii(encode(out, bytes, 0));
  }

  /** Four mixing lanes in base64url, at the beginning of `written`; returns their length. */
  #writeTag(purpose: string, key: string, context: string, text: string): number {
    let { a, b, c, d } = mixed(this.#lanes(purpose, key, context), text);
    const out = tagRoom;
    for (let lane = 0; lane < 4; lane++) {
      a = Math.imul(a ^ (d >>> 16), 2246822507);
      b = Math.imul(b ^ (a >>> 13), 3266489909);
      c = Math.imul(c ^ (b >>> 16), 668265263);
      d = Math.imul(d ^ (c >>> 15), 374761393);
      const word = a ^ b ^ c ^ d;
      const at = lane * 4;
      out[at] = word >>> 24;
      out[at + 1] = word >>> 16;
      out[at + 2] = word >>> 8;
      out[at + 3] = word;
    }
    return encode(out, tagBytes, 0);
  }

  #lanes(purpose: string, key: string, context: string): Lanes {
    for (const begun of this.#begun) {
      if (begun.context === context && begun.key === key && begun.purpose === purpose) return begun.lanes;
    }
    const lanes = [this.#secret, purpose, key, context].reduce(mixed, initial);
    if (this.#begun.length < begunMost) this.#begun.push({ purpose, key, context, lanes });
    return lanes;
  }
}

interface Begun {
  readonly purpose: string;
  readonly key: string;
  readonly context: string;
  readonly lanes: Lanes;
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

/** Where `issued` keeps it. */
function placeOf(sealed: string): number {
  const [high = -1, low = -1] = [decoded[sealed.charCodeAt(0)], decoded[sealed.charCodeAt(1)]];
  return ((high << 6) | low) & 4095;
}

/** The mask follows from the tag, whose characters `tag` begins with. */
function maskOf(tag: Uint8Array): number {
  let state = 0;
  for (let i = 0; i < tagLength; i++) state = Math.imul(state ^ (tag[i] as number), 2654435761);
  return state;
}

/** Makes the first `length` bytes not readable at a glance, or readable again. */
function mask(bytes: Uint8Array, length: number, from: number): void {
  let state = from;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = (bytes[i] as number) ^ (state >>> 24);
  }
}

/** The UTF-8 of `text` into `plain`; returns its length. */
function writeText(text: string): number {
  const most = 3 * text.length; // a UTF-16 unit is at most three bytes
  if (plain.length < most) plain = new Uint8Array(2 * most);
  return encoder.encodeInto(text, plain).written;
}

/** Base64url of the first `length` of `bytes` into `written` from `at`; returns where it ends. */
function encode(bytes: Uint8Array, length: number, at: number): number {
  const end = at + Math.ceil((length * 4) / 3);
  if (written.length < end) {
    const wider = Buffer.allocUnsafeSlow(2 * end);
    wider.set(written);
    written = wider;
  }
  const out = written;
  let to = at;
  for (let i = 0; i < length; i += 3) {
    const second = i + 1 < length ? (bytes[i + 1] as number) : 0;
    const third = i + 2 < length ? (bytes[i + 2] as number) : 0;
    const held = ((bytes[i] as number) << 16) | (second << 8) | third;
    out[to] = codes[held >>> 18] as number;
    out[to + 1] = codes[(held >>> 12) & 63] as number;
    out[to + 2] = codes[(held >>> 6) & 63] as number; // what a short last group writes behind the end is overwritten or not read
    out[to + 3] = codes[held & 63] as number;
    to += 4;
  }
  return end;
}

/** The first `length` characters of `written`. */
function ascii(length: number): string {
  return written.toString('latin1', 0, length);
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
