import type { CellResult } from '../../sim/store/result.ts';
import { nines } from '../numbers.ts';
import { availabilitySample, nothingLost } from './verdict-words.ts';

type Bin = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * Six bins diverging at the objective, by distance in nines (a tenth of the losses is one nine better). 0..2 are below
 * the objective, 3..5 at or above it; null when nothing was measured.
 */
export function binOf(share: number | null, limit: number): Bin | null {
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
  'over 10 × the allowed loss',
  '2 to 10 × the allowed loss',
  'up to 2 × the allowed loss',
  'at most the allowed loss',
  'under 1/2 of the allowed loss',
  'under 1/10 of the allowed loss',
] as const;

/** Colours need a middle: without an availability objective three nines stand in, and the legend says so. */
export const fallbackLimit = 0.999;

/** A colour, or a hatching where a colour of availability would say more, or something else, than was shown. */
export type CellFill = Bin | 'unseen' | 'other' | null;

export const hatchWords = {
  unseen: 'no loss seen, too few requests to tell',
  other: 'serves enough, misses another objective',
} as const;

/**
 * How a cell is filled. Where no loss was seen the proven share decides, never 100 %: `unseen` when it lies below the
 * limit. `other`: nothing is wrong with the availability, but another objective is missed. Null: nothing was measured.
 */
export function fillOf(cell: CellResult, limit: number): CellFill {
  const sample = availabilitySample(cell);
  const lossless = nothingLost(sample);
  const share = lossless ? (sample.interval?.[0] ?? 0) : sample.value;
  const bin = binOf(share, limit);
  if (bin === null) return null;
  const good = bin >= 3;
  const missesOther = cell.objectives.some(({ kind, verdict }) => kind !== 'availability' && verdict === 'missed');
  if (missesOther && (good || lossless)) return 'other';
  return lossless && !good ? 'unseen' : bin;
}
