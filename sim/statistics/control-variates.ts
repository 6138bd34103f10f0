import { type MeanError, meanError } from './interval.ts';
import { skewnessOf, summarize } from './sample.ts';

/** Quantities of the same units whose expectation is known: one row per unit, one column per control. */
export interface Controls {
  readonly rows: ReadonlyArray<readonly number[]>;
  readonly expected: readonly number[];
}

/**
 * Mean of `values` with what known controls explain taken out (Lavenberg and Welch 1981): least squares on the controls,
 * read off at their expectation. The error is that of the residuals, widened by how far the sample's controls lie from
 * their expectation; p controls cost p degrees of freedom. Falls back to the plain mean when a control cannot be fitted:
 * seen in fewer than five units, dependent on others, or too few units.
 */
export function controlledMean(values: readonly number[], controls: Controls): MeanError {
  const plain = meanError(values);
  const n = values.length;
  const p = controls.expected.length;
  const seen = (j: number): number => controls.rows.filter((row) => (row[j] ?? 0) !== 0).length;
  if (p === 0 || n < 10 + 2 * p || controls.expected.some((_, j) => seen(j) < 5)) return plain;
  const centres = controls.expected.map((_, j) => summarize(controls.rows.map((row) => row[j] ?? 0)).mean);
  const x = controls.rows.map((row) => row.map((value, j) => value - (centres[j] ?? 0)));
  const sums = centres.map((_, i) => centres.map((_, j) => dot(x, x, i, j)));
  const z = values.map((value) => [value - plain.mean]);
  const slopes = solve(
    sums,
    centres.map((_, j) => dot(x, z, j, 0)),
  );
  const off = controls.expected.map((expected, j) => expected - (centres[j] ?? 0));
  const reach = solve(sums, off);
  if (slopes === null || reach === null) return plain;
  const left = z.map(
    ([value], i) => (value ?? 0) - slopes.reduce((sum, slope, j) => sum + slope * (x[i]?.[j] ?? 0), 0),
  );
  const residuals = left.reduce((sum, value) => sum + value * value, 0);
  const df = n - 1 - p;
  const spread = 1 / n + reach.reduce((sum, r, j) => sum + r * (off[j] ?? 0), 0);
  return {
    mean: plain.mean + slopes.reduce((sum, slope, j) => sum + slope * (off[j] ?? 0), 0),
    standardError: Math.sqrt((residuals / df) * spread),
    df,
    skewness: skewnessOf(left) / Math.sqrt(n),
  };
}

type Rows = ReadonlyArray<readonly number[]>;
const dot = (a: Rows, b: Rows, i: number, j: number): number =>
  a.reduce((sum, row, k) => sum + (row[i] ?? 0) * (b[k]?.[j] ?? 0), 0);

/** Solves a symmetric positive definite system by elimination; null when it is (nearly) singular. */
function solve(matrix: Rows, right: readonly number[]): number[] | null {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k] as number[];
    if (!((pivot[k] ?? 0) > 1e-9 * (matrix[k]?.[k] ?? 0))) return null;
    for (let i = 0; i < n; i++) {
      const row = rows[i] as number[];
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1);
      if (i !== k) for (let j = k; j <= n; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return rows.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}
