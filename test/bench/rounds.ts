/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** The value below which a share `q` of the sample lies (nearest rank). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/**
 * Measures every subject once per round, one after the other, in rotating order: a machine that speeds up or slows
 * down during the run does so for all of them.
 */
export async function interleaved<K extends string>(
  rounds: number,
  subjects: readonly K[],
  measure: (subject: K) => Promise<number>,
): Promise<Record<K, number[]>> {
  const found = Object.fromEntries(subjects.map((subject) => [subject, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < subjects.length; i++) {
      const subject = subjects[(i + round) % subjects.length] as K;
      found[subject].push(await measure(subject));
    }
  }
  return found;
}

/** Median over rounds of the ratio within a round. */
export function ratio(values: readonly number[], base: readonly number[]): number {
  return median(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}
