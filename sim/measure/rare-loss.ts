import { clopperPearsonUpper } from '../statistics/clopper-pearson.ts';
import type { Interval, MeanError } from '../statistics/interval.ts';
import { skewedInterval } from '../statistics/interval.ts';

/** Samples with a loss from which on a t interval over the samples is trusted. */
const enoughLossy = 5;

/**
 * What the samples of one shared kind of window say about a loss that is rare in it: with few lossy samples, or none, their
 * spread says nothing about what other samples would have shown.
 */
export interface RareLoss {
  /** Index into the evidence's types. */
  readonly type: number;
  /** What one loss in each sample of the kind adds to the ratio: its weight over the mean denominator. */
  readonly share: number;
  readonly samples: number;
  readonly lossy: number;
  /** Mean loss of all samples, and of the lossy ones. */
  readonly mean: number;
  readonly lossyMean: number;
  /** Loss in a sample when one cluster that nobody saw falls into it. */
  readonly cluster: number;
}

/** Whether so few of the samples show a loss that the bound below has to stand for the rest. */
export const isRare = (lossy: number): boolean => lossy <= enoughLossy;

/** How far above the measured ratio the loss of one kind may lie, one-sided at error `alpha`. */
export function unseenIn({ share, samples, lossy, mean, lossyMean, cluster }: RareLoss, alpha: number): number {
  // Clusters come to stretches as a Poisson process, so none in m samples bounds their mean by −ln α / m.
  if (lossy === 0) return (share * -Math.log(alpha) * cluster) / samples;
  return share * (clopperPearsonUpper(lossy, samples, alpha) * lossyMean - mean);
}

/**
 * The same for all kinds together: the largest, not the sum, for kinds without a loss. With rates λ_k and m_k samples all
 * of them stay clean with chance e^(−Σ m_k λ_k) ≥ α, and Σ share_k cluster_k λ_k is largest with everything in one kind.
 */
export function unseenLoss(kinds: readonly RareLoss[], alpha: number): number {
  return kinds.reduce((most, kind) => Math.max(most, unseenIn(kind, alpha)), 0);
}

/** Error of an interval at `confidence` that goes to rare losses; the t part keeps the rest. */
export const rareError = (confidence: number): number => 0.1 * (1 - confidence);

/** What confidence is left for the part of an interval that speaks of what was seen. */
export const seenConfidence = (rare: readonly RareLoss[], confidence: number): number =>
  rare.length === 0 ? confidence : 1 - 0.8 * (1 - confidence);

/**
 * Interval of a ratio with rare losses: that of lopsided units, its upper end moved by what the samples cannot exclude. The
 * error is split: 0.8 for what was seen, 0.1 for kinds without a loss, 0.1 for those with few. Null when it is unknown.
 */
export function lossInterval(
  study: MeanError & { readonly rare: readonly RareLoss[] },
  confidence: number,
): Interval | null {
  const interval = skewedInterval(study, seenConfidence(study.rare, confidence));
  return interval && [interval[0], interval[1] + unseenLoss(study.rare, rareError(confidence))];
}
