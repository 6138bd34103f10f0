import type { MeanError } from './interval.ts';
import { covariance, summarize } from './sample.ts';

/**
 * Ratio of sums Σy/Σx over independent units with the delta-method error: variance of (y − r·x) over n·mean(x)².
 * The unit is a replication, a regeneration cycle or an episode. NaN when Σx is 0.
 */
export function ratioError(y: readonly number[], x: readonly number[]): MeanError {
  const ys = summarize(y);
  const xs = summarize(x);
  const mean = ys.mean / xs.mean;
  const variance = ys.variance + mean * mean * xs.variance - 2 * mean * covariance(y, x);
  const standardError = ys.n < 2 ? Number.NaN : Math.sqrt(Math.max(0, variance) / ys.n) / Math.abs(xs.mean);
  return { mean, standardError, df: ys.n - 1 };
}
