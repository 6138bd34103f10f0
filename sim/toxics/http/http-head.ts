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

/**
 * Looks for an HTTP/1 message head at the start of `bytes`: undefined when there is none, 'more' while it is not
 * complete. A message in the middle of a connection is recognised when it begins a chunk, as heads practically do.
 */
export function findHead(bytes: Buffer): HttpHead | undefined | 'more' {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, 24));
  const response = /^HTTP\/1\.[01] (\d{3})/.exec(start);
  const request = /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE) /.exec(start);
  // A start line cut within its first word is not waited for: a short body would look the same and be held for ever.
  if (response === null && request === null) return undefined;
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length < MAX_HEAD_BYTES ? 'more' : undefined;
  const what = (response ?? request)?.[1] ?? '';
  return { kind: response === null ? 'request' : 'response', what, length: end + 4 };
}
