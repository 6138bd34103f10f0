import type { RunResult } from '../../sim/store/result.ts';
import { meanCount } from '../numbers.ts';

/** Faults that touched nothing in any occurrence of some cell, by name: they make the verdict inconclusive. */
export function idleFaults(result: RunResult): readonly string[] {
  return [...new Set(result.cells.flatMap((cell) => cell.measurement.idleFaults))].sort();
}

/**
 * Faults that touched something, but in fewer than half of their occurrences (over all cells): their losses are those of
 * the minority that hit. `connector hang on connector/paris/1 touched nothing in 97 of 100 occurrences`.
 */
export function seldomHits(result: RunResult): readonly string[] {
  const sums = new Map<string, { occurrences: number; hit: number }>();
  for (const { fault, occurrences, hit } of result.cells.flatMap(({ measurement }) => measurement.faultHits)) {
    const sum = sums.get(fault) ?? { occurrences: 0, hit: 0 };
    sums.set(fault, { occurrences: sum.occurrences + occurrences, hit: sum.hit + hit });
  }
  return [...sums]
    .filter(([, { occurrences, hit }]) => hit > 0 && 2 * hit < occurrences)
    .map(([fault, { occurrences, hit }]) => {
      return `${fault} touched nothing in ${meanCount(occurrences - hit)} of ${meanCount(occurrences)} occurrences`;
    })
    .sort();
}
