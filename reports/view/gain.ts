import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { listed, plain } from '../text.ts';
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
    if (values.length < axis.values.length) return alternatives(result, axis, from);
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
    index === 0
      ? `Compared with ${cellWords(result, from)}, ${text}`
      : `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
  );
}

/** Other values of an axis that is no number, compared in a sentence; long lists are for the table. */
const comparedValues = 3;

/** What the same configuration loses or saves with another value of an axis of words: a behaviour, a lifetime. */
function alternatives(result: RunResult, axis: RunResult['axes'][number], from: CellResult): string[] {
  const parts = axis.values
    .filter((value) => value !== from.axes[axis.name])
    .slice(0, comparedValues)
    .flatMap((value) => {
      const other = find(result, { ...from.axes, [axis.name]: value });
      return other === undefined
        ? []
        : [`with ${behaviourNamed(axis.name)}${words(axis.name, other)} ${compared(from, other)}`];
    });
  return parts.length === 0 ? [] : [`${parts.join('; ')}.`];
}

const behaviourNamed = (axis: string): string => (axis === 'behaviour' ? 'behaviour ' : '');

function compared(from: CellResult, other: CellResult): string {
  const missed = other.objectives.filter(({ kind, verdict }) => kind !== 'availability' && verdict === 'missed');
  const but = missed.length === 0 ? '' : `, but ${listed(missed.map(({ name }) => plain(name)))} is missed`;
  const lost = proven(other, from);
  if (lost !== null) return `the loss is ${spread(lost, from)} larger${but}`;
  const saved = proven(from, other);
  return `the loss is ${saved === null ? 'the same as far as this sample can show' : `${spread(saved, from)} smaller`}${but}`;
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
