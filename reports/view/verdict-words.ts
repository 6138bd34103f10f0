import type { ObjectiveVerdict, Verdict } from '../../sim/judge/verdict.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { duration, durationFigure, type Figure, type Sample, shareFigure, statedShare } from '../numbers.ts';

/** Marks are read before colours: every verdict has one everywhere. */
export const marks: Readonly<Record<Verdict, '✓' | '✗' | '?'>> = { met: '✓', missed: '✗', inconclusive: '?' };

/** A figure of an objective in its own unit, with the digits its sample can show. */
export function objectiveFigure(objective: ObjectiveVerdict): Figure | null {
  return objective.kind === 'availability'
    ? shareFigure(objective, objective.limit)
    : durationFigure(objective, objective.limit);
}

/** The limit as stated: `99.9 %`, `800 ms`. */
function limitWords(objective: ObjectiveVerdict): string {
  return objective.kind === 'availability' ? statedShare(objective.limit) : duration(objective.limit);
}

/** `at least 99.9 %` or `at most 800 ms`. */
export function demandWords(objective: ObjectiveVerdict): string {
  return `${objective.kind === 'availability' ? 'at least' : 'at most'} ${limitWords(objective)}`;
}

/** The availability a cell is judged by: its objective's own basis (requests or time), else requests. */
export function availabilitySample(
  at: Pick<CellResult, 'objectives' | 'measurement'>,
): Sample & { limit: number | null } {
  const objective = at.objectives.find((one) => one.kind === 'availability');
  if (objective !== undefined) return objective;
  return { ...at.measurement.availability, limit: null };
}

/** Why a result without an objective has no other verdict than inconclusive. */
export const nothingAsked = 'no objective, so nothing is met or missed';

/** The objective for the availability counts time and not requests. */
export const judgedByTime = (objectives: readonly ObjectiveVerdict[]): boolean =>
  objectives.find((one) => one.kind === 'availability')?.name.endsWith('by time') === true;

/** The availability by requests, whatever a cell is judged by: for sentences and sums that speak of requests. */
export function requestSample(at: Pick<CellResult, 'objectives' | 'measurement'>): Sample & { limit: number | null } {
  return judgedByTime(at.objectives) ? { ...at.measurement.availability, limit: null } : availabilitySample(at);
}

/** What a column or figure of availability counts, after `percent`: `served`, or `of the time up`. */
export const percentWords = (result: Pick<RunResult, 'cells'>): string =>
  judgedByTime(result.cells[0]?.objectives ?? []) ? 'of the time up' : 'served';

/** The same as the head of a column. */
export const percentHead = (result: Pick<RunResult, 'cells'>): string =>
  judgedByTime(result.cells[0]?.objectives ?? []) ? 'Time up %' : 'Served %';

/** Nothing was lost in any replication: a figure would claim more than the sample shows. */
export function nothingLost(sample: Sample): boolean {
  return sample.value === 1;
}

/** Availability in a table cell: `99.96`, or `≥99.2` when nothing was lost, or `–`. No unit. */
export function availabilityShort(sample: Sample, limit: number | null): string {
  const figure = shareFigure(sample, limit);
  if (figure === null) return '–';
  return nothingLost(sample) && figure.low !== null ? `≥${figure.low}` : figure.value;
}

/** An objective's figure with its unit: `99.96 %`, `≥99.2 %`, `612 ms`, `not measured`. */
export function objectiveShort(objective: ObjectiveVerdict): string {
  const figure = objectiveFigure(objective);
  if (figure === null) return 'not measured';
  if (objective.kind === 'availability') return `${availabilityShort(objective, objective.limit)} ${figure.unit}`;
  return `${figure.value} ${figure.unit}`;
}

/** `(99.58 … 99.66)`; `(bound)` when nothing was lost; empty without an interval. */
export function intervalWords(objective: ObjectiveVerdict): string {
  const figure = objectiveFigure(objective);
  if (figure === null || figure.low === null) return '';
  if (objective.kind === 'availability' && nothingLost(objective)) return '(no loss seen)';
  return `(${figure.low} … ${figure.high})`;
}

const hope: Readonly<Record<Verdict, number>> = { met: 2, inconclusive: 1, missed: 0 };

/**
 * The cell with the highest measured availability of those that are not proven to miss, else of all; the cheaper of equals,
 * then the first. Null when nothing was measured.
 */
export function bestCell(result: Pick<RunResult, 'cells'>): number | null {
  let best: { at: number; cell: CellResult; value: number } | null = null;
  for (const [at, cell] of result.cells.entries()) {
    const { value } = availabilitySample(cell);
    if (value === null) continue;
    const order =
      best === null
        ? -1
        : hope[best.cell.verdict] - hope[cell.verdict] || best.value - value || cell.cost - best.cell.cost;
    if (order < 0) best = { at, cell, value };
  }
  return best?.at ?? null;
}

/** The cell a report is about: the cheapest that meets every objective, else the best; null when nothing was measured. */
export function headCell(result: Pick<RunResult, 'cells' | 'cheapest'>): number | null {
  if (result.cheapest !== null && result.cells[result.cheapest] !== undefined) return result.cheapest;
  return result.cells.length === 1 ? 0 : bestCell(result);
}

/** What made the numbers, in words a reader can weigh. */
export const fidelityWords: Readonly<Record<RunResult['fidelity'], string>> = {
  L1: 'message level (L1)',
  L2: 'byte level (L2)',
  L4: 'real processes and sockets (L4)',
};
