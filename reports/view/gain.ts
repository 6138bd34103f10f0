import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { plain } from '../text.ts';
import { type Coordinates, coordinateWords } from './axis-words.ts';
import { lossAmount, lossShort, yearly } from './loss-words.ts';
import { availabilitySample, headCell } from './verdict-words.ts';

/**
 * What one step more on each numeric axis buys from the chosen configuration, and what one step less would cost: in
 * time a year, and only where the intervals of the two cells do not overlap.
 */
export function gainSentences(result: RunResult): string[] {
  const at = headCell(result);
  const from = at === null ? undefined : result.cells[at];
  if (from === undefined) return [];
  return result.axes.flatMap((axis) => {
    const values = axis.values.filter((value) => typeof value === 'number');
    const own = from.axes[axis.name];
    const here = typeof own === 'number' ? values.indexOf(own) : -1;
    if (here < 0) return [];
    const step = (to: number): CellResult | undefined =>
      to < 0 || to >= values.length ? undefined : find(result, { ...from.axes, [axis.name]: values[to] as number });
    const less = step(here - 1);
    const more = step(here + 1);
    const parts: string[] = [];
    if (less !== undefined) parts.push(`going down to ${words(axis.name, less)} ${costs(less, from)}`);
    if (more !== undefined) parts.push(`going up to ${words(axis.name, more)} ${buys(from, more)}`);
    const sentence = parts.join('; ');
    return sentence === '' ? [] : [`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`];
  });
}

const words = (axis: string, cell: CellResult): string => plain(coordinateWords(axis, cell.axes[axis] ?? ''));

function find(result: RunResult, at: Coordinates): CellResult | undefined {
  return result.cells.find((cell) => result.axes.every((axis) => cell.axes[axis.name] === at[axis.name]));
}

/**
 * Smallest and largest difference in unavailability that the two intervals allow, or null when they overlap. Wider than
 * a paired interval would be, so what it claims holds.
 */
function proven(worse: CellResult, better: CellResult): readonly [number, number] | null {
  const a = availabilitySample(worse);
  const b = availabilitySample(better);
  if (a.interval === null || b.interval === null || a.interval[1] >= b.interval[0]) return null;
  return [b.interval[0] - a.interval[1], b.interval[1] - a.interval[0]];
}

/** `2.7 h to 3.9 h a year`. */
function spread(between: readonly [number, number], cell: CellResult): string {
  const perYear = yearly(cell.measurement.method);
  return `${lossShort(between[0], perYear)} to ${lossAmount(between[1], perYear)}`;
}

function costs(less: CellResult, from: CellResult): string {
  const lost = proven(less, from);
  if (lost !== null) return `costs ${spread(lost, from)}`;
  return proven(from, less) === null ? 'makes no difference this sample can show' : 'is better, which deserves a look';
}

function buys(from: CellResult, more: CellResult): string {
  const won = proven(from, more);
  if (won !== null) return `buys ${spread(won, from)}`;
  return proven(more, from) === null ? 'buys nothing this sample can show' : 'makes it worse, which deserves a look';
}
