import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { lostShare, statedShare } from '../numbers.ts';
import { headCell } from './verdict-words.ts';

/**
 * The interval is that of a mean; a reader lives through single months. How many replications of the cell a report speaks
 * of keep to the objective by themselves, and what the median and the worst of them lost. Empty without an objective over
 * requests, with fewer than two replications, and where nothing was lost.
 */
export function spreadSentence(result: RunResult): string {
  const cell = result.cells[headCell(result) ?? -1];
  const objective = cell?.objectives.find(({ kind }) => kind === 'availability');
  if (cell === undefined || objective === undefined || objective.name.endsWith('by time')) return '';
  const lost = [...cell.perReplication].sort((a, b) => a - b);
  const worst = lost[lost.length - 1] ?? 0;
  if (lost.length < 2 || worst <= 0) return '';
  const missed = lost.filter((share) => share > 1 - objective.limit).length;
  const limit = statedShare(objective.limit);
  const missing =
    missed === lost.length
      ? `All ${missed} replications missed ${limit}`
      : `${missed === 0 ? 'None' : missed} of ${lost.length} replications missed ${limit} by itself`;
  const given = longRun(cell) ? 'The interval is of the long-run mean, with the fault rates taken as given. ' : '';
  return `${given}${missing}; the median lost ${lostShare(medianOf(lost))}, the worst ${lostShare(worst)}.`;
}

/** Combined from windows: an estimate of the mean over all that the fault rates can bring. */
export const longRun = ({ measurement }: Pick<CellResult, 'measurement'>): boolean => measurement.method === 'episodes';

function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
