/** Mean, n − 1 variance and size of a sample; variance 0 when n < 2. */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Two passes: exact enough for values near 1 whose differences matter. */
export function summarize(values: readonly number[]): Sample {
  const n = values.length;
  if (n === 0) return { n: 0, mean: Number.NaN, variance: 0 };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { n, mean, variance: n < 2 ? 0 : squares / (n - 1) };
}

/**
 * Skewness of one unit, with the usual correction for small samples (the G1 of Joanes and Gill 1998); 0 when n < 3 or
 * nothing varies.
 */
export function skewnessOf(values: readonly number[]): number {
  const { n, mean, variance } = summarize(values);
  if (n < 3 || !(variance > 0)) return 0;
  let cubes = 0;
  for (const value of values) cubes += (value - mean) * (value - mean) * (value - mean);
  return (n * cubes) / ((n - 1) * (n - 2) * variance * Math.sqrt(variance));
}

/** n − 1 covariance of two samples of the same units. */
export function covariance(a: readonly number[], b: readonly number[]): number {
  const meanA = summarize(a).mean;
  const meanB = summarize(b).mean;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - meanA) * ((b[i] ?? 0) - meanB);
  return a.length < 2 ? 0 : sum / (a.length - 1);
}
