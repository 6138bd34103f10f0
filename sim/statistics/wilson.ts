import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * Wilson score interval for a share of independent yes/no units: runs that met their objective, for example. Never for
 * requests, which fail together (95 % intervals over requests covered the truth in 2 % of trials).
 */
export function wilsonInterval(successes: number, n: number, confidence: number): Interval | null {
  if (n === 0) return null;
  const z = normalQuantile(0.5 + confidence / 2);
  const share = successes / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
