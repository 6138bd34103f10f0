import { incompleteBeta } from './beta.ts';
import { solveRising } from './bisect.ts';

/**
 * One-sided upper bound on a probability after `successes` in n independent units, at error `alpha` (Clopper and Pearson
 * 1934): the p at which so few would come with chance alpha, a quantile of Beta(successes + 1, n − successes).
 */
export function clopperPearsonUpper(successes: number, n: number, alpha: number): number {
  if (successes >= n) return 1;
  return solveRising((p) => incompleteBeta(p, successes + 1, n - successes), 1 - alpha, successes / n, 1);
}
