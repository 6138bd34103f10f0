import type { CellResult } from '../../sim/store/result.ts';
import { durationFigure, meanCount } from '../numbers.ts';

/** A recovery shorter than this is none that a user could notice. */
const instantMicros = 100_000;

/** `15 s (14.9 … 15.2)`, `at once`, `never seen`, `15 s, 0.4 faults a run not seen to end`; `–` without a fault that ended. */
export function recoveryWords(cell: CellResult): string {
  const { recovery, unrecovered } = cell.measurement;
  const figure = durationFigure(recovery, null);
  const open = unrecovered / Math.max(1, cell.n);
  if (figure === null) return unrecovered > 0 ? 'never seen' : '–';
  const span = figure.low === null ? '' : ` (${figure.low} … ${figure.high})`;
  const told = (recovery.value ?? 0) < instantMicros ? 'at once' : `${figure.value} ${figure.unit}${span}`;
  return open > 0 ? `${told}; not seen after ${meanCount(open)} faults a replication` : told;
}

/** Whether any of the cells has something to say about it. */
export const recoveryKnown = (cells: readonly CellResult[]): boolean =>
  cells.some(({ measurement }) => measurement.recovery.value !== null || measurement.unrecovered > 0);
