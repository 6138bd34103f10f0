import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { ceilTo, downtimePerYear, downtimeRange, lostShare, meanCount, type Sample } from '../numbers.ts';

/**
 * A long run with faults at their natural rate may be told as time lost in a year. One that stages an outage may not: a year
 * of it would be a year of outages. Then losses stay shares of requests.
 */
export const yearlyRun = (result: RunResult): boolean => result.cells.every(({ perYear }) => perYear);

/** `5.3 h a year` or `0.21 % of requests`, for sentences. */
export function lossAmount(share: number, perYear: boolean): string {
  return perYear ? `${downtimePerYear(share)} a year` : `${lostShare(share)} of requests`;
}

/** `12 h to 50 h a year` or `0.21 % to 0.4 % of requests`. `low` ≤ `high`. */
export function lossRange(low: number, high: number, perYear: boolean): string {
  if (perYear) return `${downtimeRange(low, high)} a year`;
  const [least, most] = [lostShare(low), lostShare(high)];
  return `${least === most ? `about ${least}` : `${least} to ${most}`} of requests`;
}

/** The largest loss that is not ruled out, rounded up: `3.2 min a year` or `0.28 % of requests`. */
export function lossAtMost(share: number, perYear: boolean): string {
  return perYear ? `${downtimePerYear(share, ceilTo)} a year` : `${lostShare(share, ceilTo)} of requests`;
}

/** Requests lost in `n` replications, told as the mean of one: combined from episodes, a sum would be no count. */
export function lostPerReplication(total: number, n: number): string {
  return meanCount(total / Math.max(1, n));
}

/** What `lostPerReplication` is called above a column. */
export const lostRequestsHead = (n: number): string => (n > 1 ? 'Lost per replication' : 'Requests lost');

/** `5.3 h` or `0.21 %`, for cells and tables under a heading that says which. */
export function lossShort(share: number, perYear: boolean): string {
  return perYear ? downtimePerYear(share) : lostShare(share);
}

export const lossHead = (perYear: boolean): string => (perYear ? 'Lost a year' : 'Lost');

/** What one cell lost; `none seen` when nothing was. */
export function cellLoss(cell: Pick<CellResult, 'perYear'>, sample: Sample): string {
  if (sample.value === null) return '–';
  return sample.value === 1 ? 'none seen' : lossShort(1 - sample.value, cell.perYear);
}
