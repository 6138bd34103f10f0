import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { meanCount } from '../numbers.ts';
import { cellWords } from './headline.ts';

/**
 * Faults that touched nothing in any occurrence of a configuration, by what that does to its verdict: `deciding` where it is
 * inconclusive, since no such run may be called met; `standing` where it is missed all the same. A line a fault, by name,
 * of a sweep with the configuration, or with the number of those it is idle in.
 */
export function idleFaults(result: RunResult): {
  readonly deciding: readonly string[];
  readonly standing: readonly string[];
} {
  const inconclusive = (cell: CellResult): boolean => cell.verdict === 'inconclusive';
  return {
    deciding: idleLines(result, result.cells.filter(inconclusive)),
    standing: idleLines(
      result,
      result.cells.filter((cell) => !inconclusive(cell)),
    ),
  };
}

function idleLines(result: RunResult, cells: readonly CellResult[]): readonly string[] {
  const names = [...new Set(cells.flatMap(({ measurement }) => measurement.idleFaults))].sort();
  const total = result.cells.length;
  return names.map((name) => {
    const [cell, ...more] = cells.filter(({ measurement }) => measurement.idleFaults.includes(name));
    if (cell === undefined || total < 2) return name;
    if (more.length === 0) return `${name}, with ${cellWords(result, cell)}`;
    return `${name}, in ${more.length + 1 === total ? `all ${total}` : `${more.length + 1} of ${total}`} configurations`;
  });
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
