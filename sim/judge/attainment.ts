import { clopperPearsonInterval } from '../statistics/clopper-pearson.ts';
import type { Interval } from '../statistics/interval.ts';
import type { ObjectiveVerdict } from './verdict.ts';

/** How many replications met the objective for the availability of requests, each on its own. */
export interface Attainment {
  /** Share of requests that had to be served. */
  readonly limit: number;
  readonly met: number;
  readonly n: number;
  /** Of the share of all such replications that would: the draws of faults differ, what episodes lose is taken as measured. */
  readonly interval: Interval;
}

/**
 * The mean over many runs is not what one month brings: the share of runs that meet the objective by themselves.
 * `perReplication`: unavailability of each, shares; one that sent no request (null) is no evidence and does not count. Null
 * without any that count, without an objective for the availability of requests, or where it allows no loss at all.
 */
export function attainment(
  perReplication: ReadonlyArray<number | null>,
  objectives: readonly ObjectiveVerdict[],
  confidence: number,
): Attainment | null {
  const objective = objectives.find(({ kind, name }) => kind === 'availability' && !name.endsWith('by time'));
  const losses = perReplication.filter((lost) => lost !== null);
  const n = losses.length;
  if (objective === undefined || objective.limit >= 1 || n === 0) return null;
  const met = losses.filter((lost) => lost <= 1 - objective.limit).length;
  return { limit: objective.limit, met, n, interval: clopperPearsonInterval(met, n, confidence) };
}
