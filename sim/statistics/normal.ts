import { solveRising } from './bisect.ts';

/** Upper tail P(Z > x) for x ≥ 0: series to 3 (Marsaglia 2004), continued fraction beyond. */
function upperTail(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let i = 3; sum + term !== sum; i += 2) {
      term *= (x * x) / i;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let tail = x;
  for (let k = 100; k >= 1; k--) tail = x + k / tail;
  return density / tail;
}

/** Standard normal distribution function; relative accuracy holds in the lower tail. */
export function normalCdf(x: number): number {
  return x > 0 ? 1 - upperTail(x) : upperTail(-x);
}

/** Standard normal quantile, p in (0, 1). */
export function normalQuantile(p: number): number {
  return p > 0.5 ? -normalQuantile(1 - p) : solveRising(normalCdf, p, -40, 0);
}
