import { holmAdjusted } from '../statistics/holm.ts';
import { type Interval, studentInterval } from '../statistics/interval.ts';
import { pairedDifference, pValueAbove } from '../statistics/paired.ts';
import type { CellResult, RunResult } from '../store/result.ts';

/** Change of one cell's unavailability, now minus baseline, over the same replications. Above zero is worse. */
export interface CellChange {
  readonly axes: CellResult['axes'];
  /** Replications both results have. */
  readonly n: number;
  readonly change: number;
  readonly interval: Interval | null;
  /** Chance of such a rise without any change for the worse, adjusted for the number of cells (Holm). */
  readonly pWorse: number;
  readonly verdict: 'worse' | 'better' | 'no proven change';
}

export type BaselineComparison =
  | { readonly comparable: false; readonly reasons: readonly string[] }
  | {
      readonly comparable: true;
      readonly cells: readonly CellChange[];
      /** At least one cell is proven to lose more. */
      readonly provenLoss: boolean;
      /** Anything a reader must know: plain sentences. */
      readonly notes: readonly string[];
    };

/**
 * Compares two results of the same scenario on the same seeds: paired differences per replication, so that chance common
 * to both cancels, with Holm's rule over the cells. Results of another scenario or other seeds are not compared.
 */
export function compareWithBaseline(baseline: RunResult, now: RunResult): BaselineComparison {
  const reasons = incomparable(baseline, now);
  if (reasons.length > 0) return { comparable: false, reasons };
  const alpha = 1 - now.confidence;
  const pairs = now.cells.map((cell, i) => {
    const old = baseline.cells[i];
    const n = Math.min(cell.perReplication.length, old?.perReplication.length ?? 0);
    const before = old?.perReplication.slice(0, n) ?? [];
    const after = cell.perReplication.slice(0, n);
    const same = old?.eventHash === cell.eventHash && old.perReplication.length === cell.perReplication.length;
    // Equal hashes: the same events, so the shared estimates are the same numbers and their error cancels.
    const shared = same ? 0 : (old?.sharedVariance ?? 0) + cell.sharedVariance;
    return { cell, n, worse: pairedDifference(before, after, shared), better: pairedDifference(after, before, shared) };
  });
  const pWorse = holmAdjusted(pairs.map(({ worse }) => pValueAbove(worse)));
  const pBetter = holmAdjusted(pairs.map(({ better }) => pValueAbove(better)));
  const cells = pairs.map(
    ({ cell, n, worse }, i): CellChange => ({
      axes: cell.axes,
      n,
      change: worse.mean,
      interval: studentInterval(worse, now.confidence),
      pWorse: pWorse[i] ?? 1,
      verdict: (pWorse[i] ?? 1) < alpha ? 'worse' : (pBetter[i] ?? 1) < alpha ? 'better' : 'no proven change',
    }),
  );
  const unequal = now.cells.some((cell, i) => cell.n !== baseline.cells[i]?.n);
  return {
    comparable: true,
    cells,
    provenLoss: cells.some((cell) => cell.verdict === 'worse'),
    notes: unequal ? ['The results have different numbers of replications; those both have were paired.'] : [],
  };
}

function incomparable(baseline: RunResult, now: RunResult): string[] {
  const reasons: string[] = [];
  const differs = (what: string, before: string, after: string): void => {
    if (before !== after) reasons.push(`${what} differs: ${before} in the baseline, ${after} now`);
  };
  differs('the result format', String(baseline.schemaVersion), String(now.schemaVersion));
  differs('the scenario digest', baseline.scenario.digest.slice(0, 12), now.scenario.digest.slice(0, 12));
  if (baseline.scenario.digest !== now.scenario.digest && reasons.length === 0) {
    reasons.push('the scenario digest differs');
  }
  differs('the seed', baseline.seed, now.seed);
  differs('the engine', `${baseline.engine} ${baseline.fidelity}`, `${now.engine} ${now.fidelity}`);
  differs('the list of cells', cellNames(baseline), cellNames(now));
  const fewest = Math.min(...[...baseline.cells, ...now.cells].map((cell) => cell.perReplication.length));
  if (!(fewest >= 2)) reasons.push('a cell has fewer than two replications, so there is no interval');
  return reasons;
}

const cellNames = (result: RunResult): string =>
  result.cells.map((cell) => `${JSON.stringify(cell.axes)} ${cell.behaviour}`).join(', ');
