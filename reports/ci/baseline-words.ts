import type { CellChange } from '../../sim/judge/baseline.ts';
import { decimalsFor } from '../numbers.ts';
import { plain, plural } from '../text.ts';
import { configurationWords } from '../view/axis-words.ts';
import type { AgainstBaseline } from './gate-entry.ts';

/** A proven loss in any cell fails the gate. */
export function provenLoss(baseline: AgainstBaseline | null): boolean {
  return baseline?.comparison.comparable === true && baseline.comparison.provenLoss;
}

/** The comparison that was asked for could not be made, so whether the change made it worse is open. */
export function undecided(baseline: AgainstBaseline | null): boolean {
  return baseline !== null && !baseline.comparison.comparable && !baseline.comparison.isNew;
}

/** A scenario that the baseline does not have: a pass, and counted. */
export function isNew(baseline: AgainstBaseline | null): boolean {
  return baseline !== null && !baseline.comparison.comparable && baseline.comparison.isNew;
}

/**
 * The cell that changed most for the worse, as a change of availability in percentage points with its interval:
 * `-0.07 points (-0.09 … -0.05) against main, proven worse; the scenario changed: topology`.
 * Empty without a baseline.
 */
export function baselineWords(baseline: AgainstBaseline | null): string {
  if (baseline === null) return '';
  const { against, comparison } = baseline;
  if (isNew(baseline)) return plain(`new, not in ${against}`);
  if (!comparison.comparable) return plain(`not comparable to ${against}: ${comparison.reasons.join('; ')}`);
  const changed = comparison.changed.length === 0 ? '' : `; the scenario changed: ${comparison.changed.join(', ')}`;
  const worst = [...comparison.cells].sort((a, b) => rank(a) - rank(b) || b.change - a.change)[0];
  if (worst === undefined) return plain(`nothing to compare with ${against}`);
  if (comparison.cells.every((cell) => cell.change === 0)) return plain(`the same as ${against}${changed}`);
  const tally = (['worse', 'better'] as const).flatMap((verdict) => {
    const n = comparison.cells.filter((cell) => cell.verdict === verdict).length;
    return n === 0 || comparison.cells.length === 1 ? [] : [`${plural(n, 'configuration')} ${verdict}`];
  });
  const verdict = worst.verdict === 'no proven change' ? worst.verdict : `proven ${worst.verdict}`;
  const named = configurationWords(Object.keys(worst.axes), worst.axes);
  const where = comparison.cells.length > 1 && named !== '' ? ` for ${named}` : '';
  return plain(
    `${changeWords(worst, ' points')} against ${against}${where}, ${[verdict, ...tally].join(', ')}${changed}`,
  );
}

/** `-0.07 (-0.09 … -0.05)`, the unit after the first figure: availability now minus baseline, in percentage points. */
export function changeWords(cell: CellChange, unit = ''): string {
  const span = cell.interval;
  const d = span === null ? 2 : Math.min(6, decimalsFor(((span[1] - span[0]) / 2) * 100));
  const signed = (x: number): string => {
    const size = Math.abs(x * 100).toFixed(d);
    return `${Number(size) === 0 ? '±' : x < 0 ? '-' : '+'}${size}`;
  };
  return `${signed(-cell.change)}${unit}${span === null ? '' : ` (${signed(-span[1])} … ${signed(-span[0])})`}`;
}

const rank = (cell: CellChange): number => ['worse', 'no proven change', 'better'].indexOf(cell.verdict);
