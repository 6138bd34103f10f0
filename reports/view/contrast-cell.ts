import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { availabilitySample, headCell } from './verdict-words.ts';

/**
 * The cell that is drawn beside the one a report is about, to show what choosing it is worth: the configuration as
 * written when that did worse, else the one that did worst. Null when none did worse.
 */
export function contrastCell(result: RunResult): number | null {
  const head = headCell(result);
  const chosen = head === null ? undefined : result.cells[head];
  if (chosen === undefined) return null;
  const worse = result.cells.flatMap((cell, at) => (at !== head && didWorse(cell, chosen) ? [at] : []));
  const written = result.asWritten ?? null;
  if (written !== null && worse.includes(written)) return written;
  return worse.reduce<number | null>((worst, at) => {
    const [held, cell] = [worst === null ? undefined : result.cells[worst], result.cells[at]];
    return held === undefined || (cell !== undefined && served(cell) < served(held)) ? at : worst;
  }, null);
}

const served = (cell: CellResult): number => availabilitySample(cell).value ?? 1;

/** It misses what the other does not, or loses at least a tenth more. */
function didWorse(cell: CellResult, chosen: CellResult): boolean {
  if (cell.verdict === 'missed' && chosen.verdict !== 'missed') return true;
  const lost = 1 - served(cell);
  return lost > 0 && lost > 1.1 * (1 - served(chosen));
}
