import { plain } from '../text.ts';

/** A part as sentences name it: `connector paris/1`, `site paris`, `egress wan`, `token service`. */
export function partWords(part: string): string {
  const clean = plain(part);
  if (!clean.includes('/')) return clean === 'token-service' ? 'token service' : clean;
  return clean.replace('/', ' ');
}

/** Characters of a cut name that stay at its end: the number of a connector is what tells it from its neighbours. */
const keptTail = 5;

/**
 * A part as a lane is labelled, in at most `limit` characters (at least 10): what is cut goes from the middle, so that
 * connectors of one long-named site stay apart. The table beside the drawing has names in full.
 */
export function laneLabel(part: string, limit: number): string {
  const words = partWords(part).replace(/^connector /, '');
  const points = [...words];
  if (points.length <= limit) return words;
  return `${points.slice(0, limit - keptTail - 1).join('')}…${points.slice(-keptTail).join('')}`;
}
