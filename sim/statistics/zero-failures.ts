/**
 * Exact upper bound on a probability after n independent units without one event: 1 − (1 − confidence)^(1/n), the rule
 * of three (about 3/n at 95 %). One-sided; n ≥ 1.
 */
export function zeroFailureBound(n: number, confidence: number): number {
  return -Math.expm1(Math.log1p(-confidence) / n);
}

/** Units without an event that bring the bound down to `limit` (0 < limit < 1). */
export function unitsForZeroFailureBound(limit: number, confidence: number): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-limit));
}
