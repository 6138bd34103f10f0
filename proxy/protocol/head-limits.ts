import type { HeaderPairs } from '../host/message.ts';
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
      if (next >= 0xdc00 && next < 0xe000) {
        bytes--;
        i++;
      }
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

/** Why a head may not enter a tunnel; undefined: it may. A head that is too large must cost its request, never the tunnel. */
export function headProblem(headers: HeaderPairs, texts?: HeadTexts): string | undefined {
  if (headers.length > HEADER_FIELDS_MAX) return `more than ${HEADER_FIELDS_MAX} header fields`;
  let units = 0;
  for (const [name, value] of headers) units += name.length + value.length;
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
