import { normalQuantile } from './normal.ts';
import { skewnessOf, summarize } from './sample.ts';
import { studentFactor } from './student.ts';

/** A mean with its standard error, the degrees of freedom of that error, and how lopsided the estimate is. */
export interface MeanError {
  readonly mean: number;
  readonly standardError: number;
  readonly df: number;
  /** Skewness of the estimate, not of one unit: that of a unit over √n. 0: symmetric. */
  readonly skewness: number;
}

export type Interval = readonly [number, number];

/** Mean of independent units. */
export function meanError(values: readonly number[]): MeanError {
  const { n, mean, variance } = summarize(values);
  if (n < 2) return { mean, standardError: Number.NaN, df: n - 1, skewness: 0 };
  return { mean, standardError: Math.sqrt(variance / n), df: n - 1, skewness: skewnessOf(values) / Math.sqrt(n) };
}

/** Two-sided t interval; null when the error is unknown (fewer than two units). */
export function studentInterval(of: MeanError, confidence: number): Interval | null {
  if (!(of.df > 0) || Number.isNaN(of.standardError)) return null;
  const half = studentFactor(confidence, of.df) * of.standardError;
  return [of.mean - half, of.mean + half];
}

/**
 * Two-sided interval for the mean of lopsided units: the normal interval on Hall's monotone transformation ("On the removal
 * of skewness by transformation", 1992), widened by as much as Student's factor exceeds the normal one; the t interval when
 * nothing is lopsided. Losses are: most replications lose little and a few an outage. Of 20 replications with exponential
 * losses a t interval lies wholly on the good side of the truth in 8 % of studies instead of 2.5, this one in 4.6; of 20
 * with an outage in 30 % of them 14 and 3 (measured). Null when the error is unknown.
 */
export function skewedInterval(of: MeanError, confidence: number): Interval | null {
  if (!(of.df > 0) || Number.isNaN(of.standardError)) return null;
  const normal = normalQuantile(0.5 + confidence / 2);
  const wider = studentFactor(confidence, of.df) - normal;
  return [
    of.mean - (straightened(normal, of.skewness) + wider) * of.standardError,
    of.mean - (straightened(-normal, of.skewness) - wider) * of.standardError,
  ];
}

/** The studentised mean, in standard errors, whose transform is `x`: the inverse of Hall's cubic. */
function straightened(x: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-6) return x;
  return (3 / skewness) * (Math.cbrt(1 + skewness * (x - skewness / 6)) - 1);
}

/** One independent source of error: its share of the variance of the estimate, and the degrees of freedom behind it. */
export interface VariancePart {
  readonly variance: number;
  readonly df: number;
  /** Of this part's mean; undefined: symmetric. */
  readonly skewness?: number;
}

/** Sum of independent variances with the degrees of freedom of Welch and Satterthwaite; third moments add as well. */
export function combineErrors(mean: number, parts: readonly VariancePart[]): MeanError {
  let total = 0;
  let spread = 0;
  let cubes = 0;
  let leastDf = Number.POSITIVE_INFINITY;
  for (const { variance, df, skewness = 0 } of parts) {
    total += variance;
    cubes += skewness * variance * Math.sqrt(variance);
    if (df > 0) spread += (variance * variance) / df;
    leastDf = Math.min(leastDf, df);
  }
  if (parts.length === 0 || !(leastDf > 0)) return { mean, standardError: Number.NaN, df: 0, skewness: 0 };
  return {
    mean,
    standardError: Math.sqrt(total),
    df: spread > 0 ? (total * total) / spread : leastDf,
    skewness: total > 0 ? cubes / (total * Math.sqrt(total)) : 0,
  };
}
