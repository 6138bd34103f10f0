import type { HeaderPairs } from '../host/message.ts';
import { NameKinds } from '../host/name-kinds.ts';
import { HEADER_BYTES_MAX, HEADER_FIELDS_MAX, TARGET_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts';

/** UTF-8 length of `text` in bytes. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes++;
    if (unit < 0x800) continue;
    bytes++;
    // A surrogate pair is two units and four bytes.
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) i++;
    }
  }
  return bytes;
}

/** The texts of a request head beside its headers. */
export interface HeadTexts {
  readonly target: string;
  readonly method: string;
  readonly host: string;
  readonly application: string;
  readonly user: string;
  readonly transactionId: string;
}

const fits = (text: string, limit: number): boolean => text.length * 3 <= limit || utf8Bytes(text) <= limit;

/** A field name (RFC 9110 section 5.6.2, token). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/**
 * True with a character that ends a field or a line where the head becomes HTTP/1 again; none may travel (RFC 9110 section
 * 5.5). Three searches: each goes through memory at its speed, a pattern letter by letter.
 */
export function breaksLine(text: string): boolean {
  return text.includes('\n') || text.includes('\r') || text.includes('\0');
}

const tokens = new NameKinds<boolean>((name) => TOKEN.test(name));

/** Why the texts of a head may not become bytes; undefined: they may. */
function textProblem(headers: HeaderPairs, texts: HeadTexts | undefined): string | undefined {
  let values = '';
  for (const [name, value] of headers) {
    if (!tokens.of(name)) return `header name ${JSON.stringify(name.slice(0, 40))} is not a token`;
    values += value;
  }
  if (breaksLine(values)) {
    const [name] = headers.find(([, value]) => breaksLine(value)) as readonly [string, string];
    return `header ${name} holds a line break or NUL`;
  }
  if (texts === undefined) return undefined;
  const { method, host, target, application, user, transactionId } = texts;
  if (!TOKEN.test(method)) return 'method is not a token';
  if (breaksLine(target) || target.includes(' ')) return 'target holds a blank, line break or NUL';
  if (breaksLine(host) || host.includes(' ')) return 'host holds a blank, line break or NUL';
  if (breaksLine(application) || breaksLine(user) || breaksLine(transactionId)) {
    return 'a field of the head holds a line break or NUL';
  }
  return undefined;
}

/**
 * Why a head may not enter a tunnel; undefined: it may. A bad head must cost its request, never the tunnel.
 * `wire`: frames become bytes, so the characters are looked at as well.
 */
export function headProblem(headers: HeaderPairs, texts: HeadTexts | undefined, wire: boolean): string | undefined {
  if (wire) {
    const problem = textProblem(headers, texts);
    if (problem !== undefined) return problem;
  }
  if (headers.length > HEADER_FIELDS_MAX) return `more than ${HEADER_FIELDS_MAX} header fields`;
  let units = 0;
  // Indices instead of destructuring: this runs twice per request.
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as readonly [string, string];
    units += pair[0].length + pair[1].length;
  }
  if (units * 3 > HEADER_BYTES_MAX) {
    let bytes = 0;
    for (const [name, value] of headers) bytes += utf8Bytes(name) + utf8Bytes(value);
    if (bytes > HEADER_BYTES_MAX) return `headers above ${HEADER_BYTES_MAX} bytes`;
  }
  if (texts === undefined) return undefined;
  if (!fits(texts.target, TARGET_BYTES_MAX)) return `target above ${TARGET_BYTES_MAX} bytes`;
  if (
    fits(texts.method, TEXT_BYTES_MAX) &&
    fits(texts.host, TEXT_BYTES_MAX) &&
    fits(texts.application, TEXT_BYTES_MAX) &&
    fits(texts.user, TEXT_BYTES_MAX) &&
    fits(texts.transactionId, TEXT_BYTES_MAX)
  ) {
    return undefined;
  }
  return `a field of the head above ${TEXT_BYTES_MAX} bytes`;
}

/** The status for a request whose head may not enter a tunnel: 431, 414, or 400 for all that is not a matter of size. */
export function headStatus(headers: HeaderPairs, texts: HeadTexts): 400 | 414 | 431 {
  if (headProblem(headers, undefined, false) !== undefined) return 431;
  return fits(texts.target, TARGET_BYTES_MAX) ? 400 : 414;
}
