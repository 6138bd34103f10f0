import { incompleteBeta } from './beta.ts';
import { solveRising } from './bisect.ts';
import type { Interval } from './interval.ts';

/**
 * One-sided upper bound on a probability after `successes` in n independent units, at error `alpha` (Clopper and Pearson
 * 1934): the p at which so few would come with chance alpha, a quantile of Beta(successes + 1, n − successes).
 */
export function clopperPearsonUpper(successes: number, n: number, alpha: number): number {
  if (successes >= n) return 1;
  return solveRising((p) => incompleteBeta(p, successes + 1, n - successes), 1 - alpha, successes / n, 1);
}

/**
 * Two-sided interval for the probability of `successes` in n independent units (Clopper and Pearson 1934): at least
 * `confidence`, whatever the probability. For runs that met their objective, for example; never for requests, which fail
 * together. n at least 1.
 */
export function clopperPearsonInterval(successes: number, n: number, confidence: number): Interval {
  const alpha = (1 - confidence) / 2;
  return [1 - clopperPearsonUpper(n - successes, n, alpha), clopperPearsonUpper(successes, n, alpha)];
}
