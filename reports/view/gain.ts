import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { plain } from '../text.ts';
import { type Coordinates, coordinateWords } from './axis-words.ts';
import { cellWords } from './headline.ts';
import { lossRange, yearly } from './loss-words.ts';
import { availabilitySample, headCell } from './verdict-words.ts';

/**
 * What one step more on each numeric axis buys from the chosen configuration, and what one step less would cost: in
 * time a year, and only where the intervals of the two cells do not overlap.
 */
export function gainSentences(result: RunResult): string[] {
  const at = headCell(result);
  const from = at === null ? undefined : result.cells[at];
  if (from === undefined) return [];
  const sentences = result.axes.flatMap((axis) => {
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
    return parts.length === 0 ? [] : [`${parts.join('; ')}.`];
  });
  return sentences.map((text, index) =>
    index === 0 ? `From ${cellWords(result, from)}, ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
  );
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
const spread = (between: readonly [number, number], cell: CellResult): string =>
  lossRange(between[0], between[1], yearly(cell.measurement.method));

function costs(less: CellResult, from: CellResult): string {
  const lost = proven(less, from);
  if (lost !== null) return `loses ${spread(lost, from)} more`;
  return proven(from, less) === null ? 'makes no difference this sample can show' : 'is better, which deserves a look';
}

function buys(from: CellResult, more: CellResult): string {
  const won = proven(from, more);
  if (won !== null) return `saves ${spread(won, from)}`;
  return proven(more, from) === null ? 'saves nothing this sample can show' : 'makes it worse, which deserves a look';
}
