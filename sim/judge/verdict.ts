export type Verdict = 'met' | 'missed' | 'inconclusive';

/** One objective against its measurement. Units as in the plan: shares, or microseconds. */
export interface ObjectiveVerdict {
  readonly name: string;
  readonly kind: 'availability' | 'latency' | 'recovery';
  readonly verdict: Verdict;
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly limit: number;
  readonly n: number;
  /** Why, when it is inconclusive; else empty. */
  readonly reason: string;
}

/** missed beats inconclusive beats met. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('missed')) return 'missed';
  return verdicts.includes('inconclusive') || verdicts.length === 0 ? 'inconclusive' : 'met';
}
