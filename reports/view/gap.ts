import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { computedShare, shareFigure } from '../numbers.ts';
import { ceilingSentence, notice } from './ceiling-words.ts';
import { cellWords } from './headline.ts';
import { lossAmount } from './loss-words.ts';
import { headCell, nothingLost, requestSample } from './verdict-words.ts';

type Arithmetic = NonNullable<CellResult['arithmetic']>;

/**
 * The gap between what independent-failure arithmetic promises and what was measured, for one cell, in words: the
 * finding of a redundancy study. Unavailabilities are shares of requests.
 */
export interface Gap extends Arithmetic {
  readonly cell: number;
  /** Some replication had a fault of the part that adds most to the floor. */
  readonly sharedDrawn: boolean;
  readonly measured: number;
  /** Part of the measured loss, in [0, 1], whose requests found no connector: what the arithmetic counts. */
  readonly foundNone: number;
  /** Losses are told as time in a year. */
  readonly perYear: boolean;
}

/** Null without arithmetic or without a measured value. */
export function gapOf(result: RunResult, at: number): Gap | null {
  const cell = result.cells[at];
  if (cell === undefined || cell.arithmetic === null) return null;
  const value = requestSample(cell).value;
  if (value === null) return null;
  const { losses, faultHits } = cell.measurement;
  const [largest] = cell.arithmetic.sharedParts;
  const all = losses.reduce((sum, { count }) => sum + count, 0);
  const none = losses.reduce((sum, { cause, count }) => (cause === 'no-connector' ? sum + count : sum), 0);
  return {
    cell: at,
    ...cell.arithmetic,
    sharedDrawn: faultHits.some(({ fault }) => largest !== undefined && targetsOf(fault).includes(largest)),
    measured: 1 - value,
    foundNone: all > 0 ? none / all : 0,
    perYear: cell.perYear,
  };
}

/** Of a fault by name, as a measurement has it: `shared egress down on egress/wan`. */
const targetsOf = (fault: string): readonly string[] => fault.slice(fault.lastIndexOf(' on ') + 4).split(', ');

/** Sentences for the configuration a reader would choose (the cheapest that meets, else the best). Empty: no arithmetic. */
export function gapSentences(result: RunResult): string[] {
  const at = headCell(result);
  const gap = at === null ? null : gapOf(result, at);
  if (gap === null) return [];
  const cell = result.cells[gap.cell] as CellResult;
  const sample = requestSample(cell);
  const figure = shareFigure(sample, sample.limit);
  const promise =
    gap.independent > 0
      ? `${computedShare(gap.independent)}, a loss of ${lossAmount(gap.independent, gap.perYear)}`
      : 'no loss at all';
  const sentences = [
    `For ${cellWords(result, cell)}, arithmetic that lets every part fail on its own promises ${promise}.`,
  ];
  if (figure !== null && nothingLost(sample)) {
    sentences.push(`Nothing was lost in this sample, which shows at least ${figure.low ?? figure.value} %.`);
  } else if (figure !== null) {
    sentences.push(
      `Measured: ${figure.value} %, a loss of ${lossAmount(gap.measured, gap.perYear)}${disjoint(gap) ? '' : timesWords(gap)}.`,
    );
  }
  if (gap.sharedFloor > 0) sentences.push(ceilingSentence(gap, figure));
  else if (disjoint(gap)) sentences.push(...notDrawn(gap));
  else if (gap.independent > 0 && gap.measured > 1.15 * gap.independent) {
    sentences.push(restSentence(gap));
  }
  return sentences;
}

/** Below this part of the loss none of what the arithmetic counts has been seen. */
const seenFrom = 0.001;

/**
 * The arithmetic counts times in which too few connectors are left. Where it is mostly times in which none is, no request of a
 * loss found none, and none of these times is scheduled, the sample has not drawn such a time, and the two figures are of
 * different things: they add up, and their difference means nothing.
 */
const disjoint = (gap: Gap): boolean =>
  gap.sharedFloor === 0 &&
  gap.staged === 0 &&
  gap.allDown > gap.independent / 2 &&
  gap.measured > 0 &&
  gap.foundNone < seenFrom;

/** Before a silent connector is noticed, requests wait for it in vain, so scheduled times show in no cause: only the rest does. */
function restSentence({ measured, independent, foundNone, staged, perYear }: Gap): string {
  if (staged > 0) {
    return `Of that, ${lossAmount(measured - independent, perYear)} is beyond the arithmetic: it is ${notice}.`;
  }
  return `Of that, ${lossAmount(measured * (1 - foundNone), perYear)} is not for want of a connector: it is ${notice}.`;
}

function notDrawn({ independent, allDown, measured, perYear }: Gap): string[] {
  const what = allDown > 0.95 * independent ? 'what' : 'most of what';
  return [
    `No replication had every connector down at once, so ${what} the arithmetic counts was not drawn: it adds about ${lossAmount(allDown, perYear)} in the long run.`,
    `All of the ${lossAmount(measured, perYear)} measured is ${notice}.`,
  ];
}

function timesWords(gap: Gap): string {
  if (gap.independent <= 0) return '';
  const times = gap.measured / gap.independent;
  if (times < 0.87) return ', less than the arithmetic says';
  if (times < 1.15) return ', as the arithmetic says';
  if (times > 9_999) return ', thousands of times as much';
  return `, ${times >= 9.95 ? Number(times.toPrecision(2)).toFixed(0) : times.toFixed(1)} times as much`;
}
