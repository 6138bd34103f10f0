import { summarize } from './sample.ts';

/** Means of equal, consecutive batches of a stationary series, with the correlation left between neighbours. */
export interface BatchMeans {
  readonly means: readonly number[];
  /** Lag-1 autocorrelation of the means. */
  readonly lag1: number;
  /** False when neighbours are still correlated beyond chance (|lag1| > 2/√n): batches too short for an interval. */
  readonly independent: boolean;
}

/** Cuts `values` into `count` batches (≥ 2); a rest shorter than a batch is left out at the front, as warm-up. */
export function batchMeans(values: readonly number[], count: number): BatchMeans {
  const size = Math.floor(values.length / count);
  const skip = values.length - size * count;
  const means = Array.from(
    { length: count },
    (_, i) => summarize(values.slice(skip + i * size, skip + (i + 1) * size)).mean,
  );
  const { mean, variance } = summarize(means);
  let sum = 0;
  for (let i = 1; i < count; i++) sum += ((means[i - 1] ?? 0) - mean) * ((means[i] ?? 0) - mean);
  const lag1 = variance === 0 ? 0 : sum / (variance * (count - 1));
  return { means, lag1, independent: Math.abs(lag1) <= 2 / Math.sqrt(count) };
}
