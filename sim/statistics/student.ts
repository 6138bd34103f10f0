import { incompleteBeta } from './beta.ts';
import { solveRising } from './bisect.ts';

/** Student's t distribution function; `df` > 0, not necessarily whole. */
export function studentCdf(t: number, df: number): number {
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

const known = new Map<string, number>();

/** Quantile of Student's t: p in (0, 1), `df` > 0. A study asks for the same few values, so they are kept. */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const key = `${p} ${df}`;
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  let high = 2;
  while (studentCdf(high, df) < p) high *= 2;
  const value = solveRising((t) => studentCdf(t, df), p, 0, high);
  if (known.size >= 4096) known.clear();
  known.set(key, value);
  return value;
}

/** Half of a two-sided t interval in standard errors: `confidence` 0.95 and df 29 give 2.045. */
export function studentFactor(confidence: number, df: number): number {
  return studentQuantile(0.5 + confidence / 2, df);
}
