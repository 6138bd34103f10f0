/**
 * Replication counts at which a cell is looked at: `first`, doubled, and the cap itself (30, 60, 120, …). A verdict may
 * fall at any of them, so the error is split over all: see decisionConfidence.
 */
export function looksUpTo(cap: number, first = 30): readonly number[] {
  const looks: number[] = [];
  for (let n = first; n < cap; n *= 2) looks.push(n);
  looks.push(cap);
  return looks;
}

/** Confidence each of `looks` decisions must use, so that all together err at most as `confidence` says (Bonferroni). */
export function decisionConfidence(confidence: number, looks: number): number {
  return 1 - (1 - confidence) / looks;
}
