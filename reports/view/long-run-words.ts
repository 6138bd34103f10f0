import type { RunResult } from '../../sim/store/result.ts';
import { spreadSentence } from './spread-words.ts';
import { headCell } from './verdict-words.ts';

/**
 * What the interval of the cell a report speaks of is about, and how single replications lie about it: it is that of a mean,
 * but a reader lives through single months. Empty where there is nothing to tell.
 */
export function longRunSentence(result: RunResult): string {
  const cell = result.cells[headCell(result) ?? -1];
  if (cell === undefined) return '';
  const spread = spreadSentence(result, cell);
  if (spread === '' || !cell.perYear) return spread;
  return `The interval is of the long-run mean, with the fault rates taken as given. ${spread}`;
}
