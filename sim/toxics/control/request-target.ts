import { type Answer, BAD_REQUEST, NOT_FOUND } from './answer.ts';
import { cleanPath } from './clean-path.ts';

/** Where a request goes. */
export interface RequestTarget {
  /** Path parts after the first slash, percent-decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const OWN = '/holdfast/';

/**
 * Reads a request's target: a redirect to the clean path, 400 for broken escapes. As in Go the path is decoded first, so
 * an escaped slash separates parts like any other; only under our own prefix it belongs to its part.
 */
export function readTarget(url: string): RequestTarget | Answer {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const search = question < 0 ? '' : url.slice(question);
  if (/%(?![0-9a-f]{2})/i.test(path)) return BAD_REQUEST;
  try {
    const own = path.startsWith(OWN);
    const decoded = own ? path : decodeURIComponent(path);
    const clean = cleanPath(decoded);
    if (clean !== decoded)
      return { status: 301, headers: { Location: (own ? clean : escaped(clean)) + search }, body: '' };
    const parts = clean.slice(1).split('/');
    return { parts: own ? parts.map(decodeURIComponent) : parts, query: new URLSearchParams(search) };
  } catch {
    // Not UTF-8: no name of ours.
    return NOT_FOUND;
  }
}

function escaped(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}
