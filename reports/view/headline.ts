import type { ObjectiveVerdict, Verdict } from '../../sim/judge/verdict.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { duration, shareFigure, statedShare, withInterval } from '../numbers.ts';
import { plain, plural } from '../text.ts';
import { configurationWords } from './axis-words.ts';
import { chosenWords } from './cell-role.ts';
import {
  availabilitySample,
  bestCell,
  demandWords,
  fidelityWords,
  judgedByTime,
  nothingAsked,
  nothingLost,
  objectiveFigure,
  objectiveShort,
} from './verdict-words.ts';

/** The verdict in words: what was found, on what it stands. Plain text; every renderer escapes it itself. */
export interface Headline {
  /** `MET`; of a sweep `A CONFIGURATION MEETS`: that the one in the file does is another question, which the finding answers. */
  readonly word: string;
  readonly finding: string;
  readonly basis: string;
}

/** `plan` is any cell's plan of this run, for the horizon; null leaves the horizon out. */
export function headline(result: RunResult, plan: Plan | null): Headline {
  const sweep = result.cells.length > 1;
  return {
    word: sweep ? sweepWord[result.verdict] : result.verdict.toUpperCase(),
    finding: capitalised(sweep ? sweepFinding(result) : singleFinding(result)),
    basis: basis(result, plan),
  };
}

const sweepWord: Readonly<Record<Verdict, string>> = {
  met: 'A CONFIGURATION MEETS',
  missed: 'NO CONFIGURATION MEETS',
  inconclusive: 'INCONCLUSIVE',
};

/** Axis names in the scenario's order. */
export const axisOrder = (result: RunResult): string[] => result.axes.map((axis) => axis.name);

/** A cell's configuration in words; `this configuration` without a sweep. */
export function cellWords(result: RunResult, cell: CellResult): string {
  return configurationWords(axisOrder(result), cell.axes) || 'this configuration';
}

function sweepFinding(result: RunResult): string {
  const total = result.cells.length;
  const cheapest = result.cheapest === null ? undefined : result.cells[result.cheapest];
  const tally = `Verdicts: ${verdictTally(result)}.`;
  if (cheapest !== undefined) {
    const priced = chosenWords(result) === 'cheapest that meets';
    const rank = priced
      ? `Of ${total} configurations the cheapest that meets every objective is`
      : `Of ${total} configurations, all at one cost, the best that meets every objective is`;
    const equals = result.cells.filter((cell) => cell.verdict === 'met' && cell.cost === cheapest.cost).length;
    const tied = priced && equals > 1 ? `, the best of ${equals} at its cost` : '';
    return `${asWrittenWords(result)}${rank} ${cellWords(result, cheapest)}${tied}: ${servedWords(cheapest, result.confidence)}. ${tally}`;
  }
  const at = bestCell(result);
  const best = at === null ? undefined : result.cells[at];
  const start = `${asWrittenWords(result)}None of the ${total} configurations is shown to meet every objective`;
  if (best === undefined) return `${start}; nothing could be measured. ${tally}`;
  return `${start}. Best is ${cellWords(result, best)}: ${servedWords(best, result.confidence)}. ${tally}`;
}

/** `As written (1 connector per site): missed, 99.770 %. `; empty where the sweep leaves it out. */
function asWrittenWords(result: RunResult): string {
  const cell = result.asWritten === null ? undefined : result.cells[result.asWritten];
  if (cell === undefined) return '';
  const decides =
    cell.objectives.find((one) => one.verdict === cell.verdict && one.verdict !== 'met') ??
    cell.objectives.find((one) => one.kind === 'availability');
  const name = decides === undefined || decides.kind === 'availability' ? '' : `${plain(decides.name)} `;
  const shown = decides === undefined ? '' : `, ${name}${objectiveShort(decides)}`;
  return `As written (${cellWords(result, cell)}): ${cell.verdict}${shown}. `;
}

function singleFinding(result: RunResult): string {
  const perYear = result.cells[0]?.perYear ?? false;
  return `${servedWords({ ...result, perYear }, result.confidence)}.`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Availability by time is named so by the scenario's reader; the word tells which share it is. */
export const servedUnit = (objectives: readonly ObjectiveVerdict[]): string =>
  judgedByTime(objectives) ? 'of the time up' : 'of requests served';

/** `99.62 % of requests served (95 % interval 99.58 … 99.66), missing the objective of at least 99.9 %`. */
function servedWords(at: Pick<CellResult, 'objectives' | 'measurement' | 'perYear'>, confidence: number): string {
  const sample = availabilitySample(at);
  const objective = at.objectives.find((one) => one.kind === 'availability');
  const figure = shareFigure(sample, sample.limit);
  const about = statedShare(confidence);
  const demand =
    objective !== undefined ? demandTail(objective) : at.objectives.length === 0 ? `; ${nothingAsked}` : '';
  if (figure === null) return `nothing was measured${otherWords(at.objectives)}`;
  if (nothingLost(sample) && figure.low !== null) {
    return `nothing was lost, which shows at least ${figure.low} % ${servedUnit(at.objectives)} (${about} bound)${demand}${otherWords(at.objectives)}`;
  }
  const of = at.perYear ? ' of the long-run mean' : '';
  const spread =
    figure.low === null ? 'one replication, so no interval' : `${about} interval${of} ${figure.low} … ${figure.high}`;
  return `${figure.value} % ${servedUnit(at.objectives)} (${spread})${demand}${otherWords(at.objectives)}`;
}

/** What the availability figure means for its objective. */
function demandTail(objective: ObjectiveVerdict): string {
  const demand = demandWords(objective);
  if (objective.verdict === 'met') return `, meeting the objective of ${demand}`;
  if (objective.verdict === 'missed') return `, missing the objective of ${demand}`;
  return `, not enough to decide on the objective of ${demand}`;
}

/** Other objectives that are not met, each with its figure. */
function otherWords(objectives: readonly ObjectiveVerdict[]): string {
  const open = objectives.filter((one) => one.kind !== 'availability' && one.verdict !== 'met');
  return open
    .map((one) => {
      const figure = objectiveFigure(one);
      const value = figure === null ? 'not measured' : withInterval(figure);
      return plain(`; ${one.name} ${one.verdict}: ${value}, objective ${demandWords(one)}`);
    })
    .join('');
}

/** `11 met, 9 missed, 1 inconclusive`. */
export function verdictTally(result: RunResult): string {
  const of = (verdict: Verdict): string[] => {
    const n = result.cells.filter((cell) => cell.verdict === verdict).length;
    return n === 0 && verdict === 'inconclusive' ? [] : [`${n} ${verdict}`];
  };
  return [...of('met'), ...of('missed'), ...of('inconclusive')].join(', ');
}

function basis(result: RunResult, plan: Plan | null): string {
  const sizes = result.cells.map((cell) => cell.n);
  const [least, most] = [Math.min(...sizes, Number.MAX_SAFE_INTEGER), Math.max(...sizes, 0)];
  const n = least < most ? `${least} to ${plural(most, 'replication')}` : plural(most, 'replication');
  const each = plan === null ? '' : ` of ${duration(plan.horizon)}`;
  const scaled = plan !== null && plan.timeScale !== 1 ? `, policy times divided by ${plan.timeScale}` : '';
  const behaviours = [...new Set(result.cells.map((cell) => cell.behaviour))].sort();
  const named =
    behaviours.length > 1 ? `behaviours ${behaviours.join(' and ')}` : `behaviour ${behaviours[0] ?? result.behaviour}`;
  const per = result.cells.length > 1 ? ' per configuration' : '';
  const early = result.stopReason === 'interrupted' ? ' Interrupted: this result is partial.' : '';
  return plain(
    `${n}${each}${per}${scaled}; ${named}; ${result.engine} engine, ${fidelityWords[result.fidelity]}.${result.variant === '' ? '' : ` ${result.variant}`}${early}`,
  );
}
