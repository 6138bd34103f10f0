/** Largest message head a toxic waits for; longer ones pass untouched. */
const MAX_HEAD_BYTES = 64 * 1024;

/** A message head that was found at the start of some bytes. */
export interface HttpHead {
  readonly kind: 'request' | 'response';
  /** The method of a request, the status of a response. */
  readonly what: string;
  /** Length of the head with its empty line. */
  readonly length: number;
}

const RESPONSE = /^HTTP\/1\.[01] (\d{3})(?!\d)/;
const METHOD = /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE) /;
/** The rest of a request line: what other protocols say after such a word (`GET key`) has no version. */
const TARGET_AND_VERSION = /^[!-~\x80-\xff]+ HTTP\/1\.[01]\r?\n$/;
const TARGET_PART = /^[!-~\x80-\xff]*$/;

/**
 * Looks for an HTTP/1 message head at the start of `bytes`: undefined when there is none, 'more' while it is not
 * complete. A message in the middle of a connection is recognised when it begins a chunk, as heads practically do.
 * @param seen so many of the bytes were given before, and the answer was 'more': they are not looked through again
 */
export function findHead(bytes: Buffer, seen = 0): HttpHead | undefined | 'more' {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, 24));
  const response = RESPONSE.exec(start);
  const request = METHOD.exec(start);
  // A start line cut within its first word is not waited for: a short body would look the same and be held for ever.
  if (response === null && request === null) return undefined;
  if (request !== null && !isRequestLine(bytes, request[0].length, seen)) return undefined;
  const length = headLength(bytes, Math.max(0, seen - 2));
  if (length === undefined) return bytes.length < MAX_HEAD_BYTES ? 'more' : undefined;
  const what = (response ?? request)?.[1] ?? '';
  return { kind: response === null ? 'request' : 'response', what, length };
}

/** Whether the first line is a request's, or may become one; the target begins at `from`. */
function isRequestLine(bytes: Buffer, from: number, seen: number): boolean {
  const end = bytes.indexOf('\n');
  if (end >= 0 && end < seen) return true;
  if (end >= 0) return TARGET_AND_VERSION.test(bytes.toString('latin1', from, Math.min(end + 1, MAX_HEAD_BYTES)));
  const space = bytes.indexOf(' ', from);
  const targetEnd = space < 0 ? bytes.length : space;
  if (!TARGET_PART.test(bytes.toString('latin1', Math.max(from, Math.min(seen, targetEnd)), targetEnd))) return false;
  if (space < 0) return true;
  const version = bytes.toString('latin1', space + 1, space + 11);
  return space > from && ('HTTP/1.1\r'.startsWith(version) || 'HTTP/1.0\r'.startsWith(version));
}

/**
 * Where the bytes behind the first empty line that ends at or behind `from` begin; as most readers do, it takes a line
 * feed alone for a line's end.
 */
function headLength(bytes: Buffer, from: number): number | undefined {
  const bare = bytes.indexOf('\n\n', from);
  const usual = bytes.indexOf('\n\r\n', from);
  if (usual >= 0 && (bare < 0 || usual < bare)) return usual + 3;
  return bare < 0 ? undefined : bare + 2;
}
