import type { RunResult, Timeline, WholeRun } from '../../sim/store/result.ts';
import { duration, moment, portion, statedShare } from '../numbers.ts';
import { listed } from '../text.ts';
import { episodesOf, lossByFault, lostInAll, worstEpisode } from './episodes.ts';
import { budgetUse } from './error-budget.ts';
import { judgedByTime } from './verdict-words.ts';

/** The error budget of one replication: requests that the drawn cell's availability objective allows to be lost in it. */
export interface RunBudget {
  readonly requests: number;
  readonly limit: number;
  /** What the mean of all replications used of it; a share. */
  readonly meanUse: number | null;
}

/** Null without an availability objective, where it allows no loss, and where it counts time: here requests are counted. */
export function budgetOfRun(result: RunResult, timeline: Timeline, whole: WholeRun): RunBudget | null {
  const objectives = result.cells[timeline.cell]?.objectives ?? [];
  const objective = objectives.find((one) => one.kind === 'availability');
  if (judgedByTime(objectives) || objective === undefined || objective.limit >= 1 || whole.requests <= 0) return null;
  const meanUse = budgetUse(objective)?.value ?? null;
  return { requests: (1 - objective.limit) * whole.requests, limit: objective.limit, meanUse };
}

/** How often something broke, how often it mattered, and what the worst of it was: sentences. */
export function wholeRunWords(result: RunResult, timeline: Timeline, whole: WholeRun): string[] {
  const episodes = episodesOf(whole);
  const all = lostInAll(whole);
  const lossy = episodes.filter((one) => one.lost >= 0.5).length;
  const span = duration(Math.round(whole.seconds) * 1_000_000);
  const worst = worstEpisode(episodes);
  const first = `In this replication something did not work ${times(episodes.length)} in ${span}; ${lossy === episodes.length && lossy > 0 ? 'each time' : times(lossy)} it cost requests.`;
  if (worst === null || lossy === 0) return [first];
  const names =
    worst.faults.length > 2 ? [...worst.faults.slice(0, 2), `${worst.faults.length - 2} more`] : worst.faults;
  const sentences = [
    first,
    `The worst began ${moment(worst.from)} into the run (${listed(names)}) and took ${portion(worst.lost / all)} of all that was lost.`,
  ];
  const kinds = lossByFault(whole);
  if (kinds.length > 1) {
    const named = kinds.slice(0, namedKinds).map(({ faults, lost }) => `${faults} ${portion(lost / all)}`);
    const more = kinds.length - named.length;
    sentences.push(`By fault: ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')}.`);
  }
  const budget = budgetOfRun(result, timeline, whole);
  if (budget !== null) {
    const mean = budget.meanUse === null ? '' : `; the mean of all replications is ${portion(budget.meanUse)}`;
    sentences.push(
      `All of it used ${portion(all / budget.requests)} of the error budget of ${statedShare(budget.limit)}${mean}.`,
    );
  }
  return sentences;
}

/** Kinds of faults, and of their meetings, that a sentence names. */
const namedKinds = 4;

const times = (n: number): string => (n === 0 ? 'never' : n === 1 ? 'once' : `${n} times`);
