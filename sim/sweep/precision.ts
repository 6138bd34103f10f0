import type { RatioStudy } from '../measure/evidence.ts';
import { studentFactor } from '../statistics/student.ts';

/** Half-width of the interval as a share of the value; infinite when it is unknown or nothing was lost. */
export function relativeHalfWidth(study: RatioStudy, confidence: number): number {
  if (study.allZero || Number.isNaN(study.standardError) || !(study.df > 0)) return Number.POSITIVE_INFINITY;
  return (studentFactor(confidence, study.df) * study.standardError) / study.mean;
}
