import { combineErrors, type MeanError } from './interval.ts';
import { summarize } from './sample.ts';
import { studentCdf } from './student.ts';

/**
 * Mean of b − a over pairs drawn with common random numbers. `sharedVariance`: error that all pairs share (estimates
 * reused by every replication), added as its own term with `sharedDf` degrees of freedom.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  sharedVariance = 0,
  sharedDf = Number.POSITIVE_INFINITY,
): MeanError {
  const { n, mean, variance } = summarize(b.map((value, i) => value - (a[i] ?? Number.NaN)));
  const parts = [{ variance: n === 0 ? 0 : variance / n, df: n - 1 }];
  if (sharedVariance > 0) parts.push({ variance: sharedVariance, df: sharedDf });
  return combineErrors(mean, parts);
}

/** One-sided p-value for "the mean is above zero"; 1 when the error is unknown or the mean is not above zero. */
export function pValueAbove(of: MeanError): number {
  if (Number.isNaN(of.standardError) || !(of.mean > 0)) return 1;
  if (of.standardError === 0) return 0;
  const t = of.mean / of.standardError;
  return studentCdf(-t, Number.isFinite(of.df) ? of.df : 1e6);
}
