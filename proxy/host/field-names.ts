/** 1 for each byte of a field name (RFC 9110 section 5.6.2, tchar). */
const TCHAR = new Uint8Array(256);
for (const letter of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TCHAR[letter.charCodeAt(0)] = 1;
}

/** Names kept; a power of two. Peers choose names: one that falls on another's place takes it. */
const places = 1024;
/** Bytes of the longest name that is kept. */
const longest = 64;

interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const known: (Known | undefined)[] = new Array(places).fill(undefined);

/**
 * The text of a field name, the same string for the same bytes: names repeat from message to message, and a string that is
 * known needs no copy, and no hash anew in every table that it is looked up in.
 * @param from first byte of the name, inclusive
 * @param length its bytes
 * @returns undefined: it is not a token, so no field name (RFC 9110 section 5.1)
 */
export function fieldName(bytes: Uint8Array, from: number, length: number): string | undefined {
  if (length === 0) return undefined;
  const place = placeOf(bytes, from, length);
  const there = known[place];
  if (there !== undefined && same(there.bytes, bytes, from, length)) return there.text;
  let text = '';
  for (let i = from; i < from + length; i++) {
    const byte = bytes[i] as number;
    if (TCHAR[byte] !== 1) return undefined;
    text += String.fromCharCode(byte);
  }
  if (length > longest) return text;
  const kept = internal(text);
  known[place] = { bytes: new Uint8Array(bytes.subarray(from, from + length)), text: kept };
  return kept;
}

/** By its length and five of its bytes, which tell nearly all names in use apart. */
function placeOf(bytes: Uint8Array, from: number, length: number): number {
  const end = from + length;
  let hash = length;
  hash = Math.imul(hash, 31) + (bytes[from] as number);
  hash = Math.imul(hash, 31) + (bytes[from + (length >> 1)] as number);
  hash = Math.imul(hash, 31) + (bytes[Math.max(from, end - 3)] as number);
  hash = Math.imul(hash, 31) + (bytes[Math.max(from, end - 2)] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 1] as number);
  return (hash ^ (hash >>> 10)) & (places - 1);
}

function same(own: Uint8Array, bytes: Uint8Array, from: number, length: number): boolean {
  if (own.length !== length) return false;
  for (let i = 0; i < length; i++) if (own[i] !== bytes[from + i]) return false;
  return true;
}

/** The one string the engine keeps for names of properties: client libraries look fields up in objects. */
function internal(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}
