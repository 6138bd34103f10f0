import type { CellComparison } from '../../sim/judge/compare-cells.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { listed, plain } from '../text.ts';
import { coordinateWords } from './axis-words.ts';
import { cellWords } from './headline.ts';
import { lossAtMost, lossRange } from './loss-words.ts';
import { headCell, objectiveShort } from './verdict-words.ts';

/** One stored comparison with the two cells it is about. */
interface Step {
  readonly from: CellResult;
  readonly to: CellResult;
  readonly at: number;
  readonly difference: CellComparison;
}

/** Values of an axis that is no number, compared in a sentence; long lists are for the table. */
const comparedValues = 3;

/**
 * What one step more on each axis buys from the chosen configuration, what one step less would cost, and what the
 * configuration as written loses more: paired differences, in time a year or as a share of requests.
 */
export function gainSentences(result: RunResult): string[] {
  const head = headCell(result);
  const from = head === null ? undefined : result.cells[head];
  if (from === undefined) return [];
  const steps = result.comparisons.flatMap((difference): Step[] => {
    const to = result.cells[difference.cell];
    return to === undefined ? [] : [{ from, to, at: difference.cell, difference }];
  });
  const own = result.axes.map((axis) => alongAxis(axis, steps)).filter((parts) => parts.length > 0);
  const sentences = own.map((parts) => `${parts.join('; ')}.`);
  const written = steps.find(({ at }) => at === result.asWritten);
  if (written !== undefined && !result.axes.some((axis) => isStep(axis, written))) {
    sentences.push(`the configuration as written, ${cellWords(result, written.to)}, ${costs(written)}.`);
  }
  return sentences.map((text, index) =>
    index === 0
      ? `Compared with ${cellWords(result, from)}, ${text}`
      : `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
  );
}

const differs = ({ from, to }: Step, axis: string): boolean => from.axes[axis] !== to.axes[axis];

type Axis = RunResult['axes'][number];

const place = (axis: Axis, { axes }: CellResult): number => axis.values.indexOf(axes[axis.name] ?? '');
const isNumeric = ({ values }: Axis): boolean => values.every((value) => typeof value === 'number');

/** The two cells differ on this axis alone, by one step where it is a number. */
function isStep(axis: Axis, step: Step): boolean {
  const others = Object.keys(step.to.axes).filter((name) => name !== axis.name);
  if (!differs(step, axis.name) || others.some((name) => differs(step, name))) return false;
  return !isNumeric(axis) || Math.abs(place(axis, step.to) - place(axis, step.from)) === 1;
}

function alongAxis(axis: Axis, steps: readonly Step[]): string[] {
  const own = steps.filter((step) => isStep(axis, step));
  if (!isNumeric(axis)) {
    const behaviour = axis.name === 'behaviour' ? 'behaviour ' : '';
    return own
      .slice(0, comparedValues)
      .map((step) => `with ${behaviour}${words(axis.name, step.to)} ${alternative(step)}`);
  }
  const less = own.find(({ from, to }) => place(axis, to) < place(axis, from));
  const more = own.find(({ from, to }) => place(axis, to) > place(axis, from));
  return [
    ...(less === undefined ? [] : [`going down to ${words(axis.name, less.to)} ${costs(less)}`]),
    ...(more === undefined ? [] : [`going up to ${words(axis.name, more.to)} ${buys(more)}`]),
  ];
}

const words = (axis: string, cell: CellResult): string => plain(coordinateWords(axis, cell.axes[axis] ?? ''));

/** `2.7 h to 3.9 h a year`: the interval of a difference that is proven, whatever its sign. */
function amount({ from, difference: { interval } }: Step): string {
  const [low, high] = interval ?? [0, 0];
  return lossRange(Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high)), from.perYear);
}

const atMost = ({ from }: Step, share: number): string => lossAtMost(Math.max(0, share), from.perYear);

/** Why nothing can be said of a difference; empty: something can. */
function silent({ difference: { interval } }: Step): string {
  if (interval === null) return 'cannot be compared: one replication has no interval';
  return interval[0] === 0 && interval[1] === 0 ? 'makes no difference in any replication' : '';
}

function costs(step: Step): string {
  const { verdict, interval } = step.difference;
  if (verdict === 'worse') return `loses ${amount(step)} more`;
  if (verdict === 'better') return `loses ${amount(step)} less, which deserves a look`;
  return silent(step) || `loses at most ${atMost(step, interval?.[1] ?? 0)} more`;
}

function buys(step: Step): string {
  const { verdict, interval } = step.difference;
  if (verdict === 'better') return `saves ${amount(step)}`;
  if (verdict === 'worse') return `loses ${amount(step)} more, which deserves a look`;
  return silent(step) || `saves at most ${atMost(step, -(interval?.[0] ?? 0))}`;
}

function alternative(step: Step): string {
  const { verdict, interval } = step.difference;
  const missed = step.to.objectives.filter((one) => one.kind !== 'availability' && one.verdict === 'missed');
  const but =
    missed.length === 0
      ? ''
      : `, but ${listed(missed.map((one) => `${plain(one.name)} (${objectiveShort(one)})`))} is missed`;
  if (verdict === 'worse') return `the loss is ${amount(step)} larger${but}`;
  if (verdict === 'better') return `the loss is ${amount(step)} smaller${but}`;
  const most = Math.max(-(interval?.[0] ?? 0), interval?.[1] ?? 0);
  const no = silent(step);
  return `${no === '' ? `the loss differs by at most ${atMost(step, most)}` : no.replace('makes no difference', 'the loss is the same').replace('any', 'every')}${but}`;
}
