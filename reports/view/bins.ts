import { nines } from '../numbers.ts';

/**
 * Six bins diverging at the objective, by distance in nines (a tenth of the losses is one nine better). 0..2 are below
 * the objective, 3..5 at or above it; null when nothing was measured.
 */
export function binOf(share: number | null, limit: number): 0 | 1 | 2 | 3 | 4 | 5 | null {
  if (share === null) return null;
  if (share >= 1) return 5;
  const distance = nines(share) - nines(limit);
  if (distance < -1) return 0;
  if (distance < -0.3) return 1;
  if (distance < 0) return 2;
  if (distance < 0.3) return 3;
  return distance < 1 ? 4 : 5;
}

/** A factor of ten and of two in losses; 0.3 nines is a factor of two. */
export const binWords = [
  'more than 10 × the allowed loss',
  '2 to 10 ×',
  'up to 2 ×',
  'at or under the allowed loss',
  'under 1/2',
  'under 1/10',
] as const;

/** Colours need a middle: without an availability objective three nines stand in, and the legend says so. */
export const fallbackLimit = 0.999;
