import type { RatioStudy } from '../measure/evidence.ts';
import { rareError, seenConfidence, unseenLoss } from '../measure/rare-loss.ts';
import { studentFactor } from '../statistics/student.ts';

/**
 * Half-width of the interval, and what its samples may have missed, as a share of the value; infinite when it is unknown or
 * nothing was lost.
 */
export function relativeHalfWidth(study: RatioStudy, confidence: number): number {
  if (study.allZero || Number.isNaN(study.standardError) || !(study.df > 0)) return Number.POSITIVE_INFINITY;
  const seen = studentFactor(seenConfidence(study.rare, confidence), study.df) * study.standardError;
  return (seen + unseenLoss(study.rare, rareError(confidence))) / study.mean;
}
