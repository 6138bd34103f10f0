import { type RepairableGroup, upDistribution } from './k-of-n.ts';

/**
 * Beta-factor model: a share `beta` of each part's failures takes all parts at once, the rest are its own. Probability that
 * fewer than k of n are up; both kinds of failure have the group's repair time. beta 0: independent; beta 1: one part.
 */
export function betaFactorUnavailability(group: RepairableGroup, k: number, beta: number): number {
  const { n, mtbf, mttr } = group;
  const down = (rate: number): number => (rate * mttr) / (1 + rate * mttr);
  const common = down(beta / mtbf);
  const own = down((1 - beta) / mtbf);
  const tooFew = upDistribution(new Array<number>(n).fill(own)).slice(0, k);
  const independent = tooFew.reduce((sum, p) => sum + p, 0);
  return common + (1 - common) * independent;
}
