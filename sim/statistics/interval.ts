import { type Sample, summarize } from './sample.ts';
import { studentFactor } from './student.ts';

/** A mean with its standard error and the degrees of freedom of that error. */
export interface MeanError {
  readonly mean: number;
  readonly standardError: number;
  readonly df: number;
}

export type Interval = readonly [number, number];

/** Mean of independent units. */
export function meanError(sample: Sample | readonly number[]): MeanError {
  const { n, mean, variance } = 'variance' in sample ? sample : summarize(sample);
  return { mean, standardError: n < 2 ? Number.NaN : Math.sqrt(variance / n), df: n - 1 };
}

/** Two-sided t interval; null when the error is unknown (fewer than two units). */
export function studentInterval(of: MeanError, confidence: number): Interval | null {
  if (!(of.df > 0) || Number.isNaN(of.standardError)) return null;
  const half = studentFactor(confidence, of.df) * of.standardError;
  return [of.mean - half, of.mean + half];
}

/** One independent source of error: its share of the variance of the estimate, and the degrees of freedom behind it. */
export interface VariancePart {
  readonly variance: number;
  readonly df: number;
}

/** Sum of independent variances with the degrees of freedom of Welch and Satterthwaite. */
export function combineErrors(mean: number, parts: readonly VariancePart[]): MeanError {
  let total = 0;
  let spread = 0;
  let leastDf = Number.POSITIVE_INFINITY;
  for (const { variance, df } of parts) {
    total += variance;
    if (df > 0) spread += (variance * variance) / df;
    leastDf = Math.min(leastDf, df);
  }
  if (parts.length === 0 || !(leastDf > 0)) return { mean, standardError: Number.NaN, df: 0 };
  return { mean, standardError: Math.sqrt(total), df: spread > 0 ? (total * total) / spread : leastDf };
}
