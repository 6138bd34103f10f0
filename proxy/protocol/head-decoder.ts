import { HoldfastError } from '../host/errors.ts';
import type { RequestHead } from '../host/frame.ts';
import type { HeaderPairs } from '../host/message.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeUtf8 } from './byte-reader.ts';
import { headProblem } from './head-limits.ts';
import { HEADER_BYTES_MAX, HEADER_FIELDS_MAX, TARGET_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts';

/** Texts of a request before its headers. */
const REQUEST_TEXTS = 6;
const BLOCK_BYTES_MAX = HEADER_BYTES_MAX + TARGET_BYTES_MAX + (REQUEST_TEXTS - 1) * TEXT_BYTES_MAX;

/** A request's head after its flags. Throws coded errors: limits, bad text, characters that may not travel. */
export function readRequestHead(reader: ByteReader, timeoutUs: number): RequestHead {
  const texts = readTexts(reader);
  if (texts.length < REQUEST_TEXTS || texts.length % 2 !== 0) throw headersError(`${texts.length} texts in a request`);
  const [method, host, target, application, user, transactionId] = texts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const headers = pairs(texts, REQUEST_TEXTS);
  const head = { method, host, target, headers, application, user, timeoutUs, transactionId };
  check(headers, head);
  return head;
}

/** A response's headers after its status. */
export function readHeaders(reader: ByteReader): HeaderPairs {
  const texts = readTexts(reader);
  if (texts.length % 2 !== 0) throw headersError(`${texts.length} texts in a response`);
  const headers = pairs(texts, 0);
  check(headers, undefined);
  return headers;
}

/** All texts are decoded in one go and cut out of it, which is right whenever each byte became one unit (ASCII). */
function readTexts(reader: ByteReader): string[] {
  const count = reader.u16();
  if (count > REQUEST_TEXTS + 2 * HEADER_FIELDS_MAX) throw headersError(`${count} texts in a head`);
  const lengths = reader.view(count * 2);
  let total = 0;
  for (let i = 0; i < count * 2; i += 2) total += lengthAt(lengths, i);
  if (total > BLOCK_BYTES_MAX) throw headersError(`a head of ${total} bytes`);
  const block = reader.view(total);
  const text = decodeUtf8(block);
  const ascii = text.length === total;
  const texts: string[] = [];
  let at = 0;
  for (let i = 0; i < count * 2; i += 2) {
    const length = lengthAt(lengths, i);
    texts.push(ascii ? text.slice(at, at + length) : decodeUtf8(block.subarray(at, at + length)));
    at += length;
  }
  return texts;
}

function lengthAt(lengths: Uint8Array, i: number): number {
  return ((lengths[i] as number) << 8) | (lengths[i + 1] as number);
}

function pairs(texts: readonly string[], from: number): HeaderPairs {
  const headers: Array<readonly [string, string]> = [];
  for (let i = from; i < texts.length; i += 2) headers.push([texts[i] as string, texts[i + 1] as string]);
  return headers;
}

function check(headers: HeaderPairs, head: RequestHead | undefined): void {
  const problem = headProblem(headers, head, true);
  if (problem !== undefined) throw headersError(problem);
}

function headersError(detail: string): HoldfastError {
  return new HoldfastError('ERR_FRAME_HEADERS', `bad head: ${detail}`);
}
