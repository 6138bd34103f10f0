import { lnGamma } from '../../../sim/statistics/gamma.ts';

/** ln of the binomial coefficient n over k. */
export function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
