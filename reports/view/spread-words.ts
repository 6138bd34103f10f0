import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { lostShare, shareFigure, statedShare } from '../numbers.ts';
import { cellWords } from './headline.ts';

/** How the replications of one cell that sent requests lie about the limit. Shares of requests lost. */
export interface Spread {
  /** Smallest first. */
  readonly lost: readonly number[];
  readonly median: number;
  readonly worst: number;
  /** What may be lost; null without an objective for the availability of requests, or where it allows none. */
  readonly allowed: number | null;
  /** Replications that lost more than allowed; 0 without a limit. */
  readonly over: number;
}

/** Fewer replications than this are no spread. */
const fewest = 5;

/** Null with fewer than five replications that sent requests. */
export function spreadOf(cell: CellResult): Spread | null {
  const lost = cell.perReplication.filter((share) => share !== null).sort((a, b) => a - b);
  const { length } = lost;
  if (length < fewest) return null;
  const median = ((lost[Math.floor((length - 1) / 2)] ?? 0) + (lost[Math.floor(length / 2)] ?? 0)) / 2;
  const { attainment } = cell;
  const allowed = attainment === null ? null : 1 - attainment.limit;
  const over = attainment === null ? 0 : attainment.n - attainment.met;
  return { lost, median, worst: lost.at(-1) ?? 0, allowed, over };
}

/**
 * `With 2 sites 19 of 20 replications kept 99.9 % on their own (75.1 to 99.9 % of such replications would): the worst lost 0.11 % of
 * its requests, the median 0.004 %.`
 * Empty with too few of them.
 */
export function spreadSentence(result: RunResult, cell: CellResult): string {
  const spread = spreadOf(cell);
  if (spread === null) return '';
  const where = result.cells.length < 2 ? '' : `With ${cellWords(result, cell)} `;
  const n = spread.lost.length;
  const replications = n < cell.perReplication.length ? 'replications that sent requests' : 'replications';
  if (spread.worst <= 0) return capitalised(`${where}none of ${n} ${replications} lost a request.`);
  const tail = `the worst lost ${lostShare(spread.worst)} of its requests, the median ${lostShare(spread.median)}`;
  if (spread.allowed === null) return capitalised(`${where}${tail}, of ${n} ${replications}.`);
  const kept = n - spread.over;
  const word = kept === n ? `all of ${n}` : kept === 0 ? `none of ${n}` : `${kept} of ${n}`;
  const counted = `${where}${word} ${replications} kept ${statedShare(1 - spread.allowed)} on their own`;
  return capitalised(`${counted}${wouldKeep(cell)}: ${tail}.`);
}

/** A count of replications says only so much about the next one. */
function wouldKeep({ attainment }: CellResult): string {
  if (attainment === null) return '';
  const { met, n, interval } = attainment;
  const figure = shareFigure({ value: met / n, interval, n }, null);
  return figure === null ? '' : ` (${figure.low} to ${figure.high} ${figure.unit} of such replications would)`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
