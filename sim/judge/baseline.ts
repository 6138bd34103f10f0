import { canonicalJson } from '../plan/canonical.ts';
import type { Scenario } from '../plan/scenario.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { type Interval, studentInterval } from '../statistics/interval.ts';
import { pairedDifference, pValueAbove } from '../statistics/paired.ts';
import type { CellResult, RunResult } from '../store/result.ts';
import { changedSections, unpairable } from './pairing.ts';

/** A result with the scenario that it is of. */
export interface JudgedRun {
  readonly scenario: Scenario;
  readonly result: RunResult;
}

/** Change of one cell's unavailability, now minus baseline, over the same replications. Above zero is worse. */
export interface CellChange {
  readonly axes: CellResult['axes'];
  /** Replications both results have, and sent requests in. */
  readonly n: number;
  readonly change: number;
  readonly interval: Interval | null;
  /** Chance of such a rise without any change for the worse, adjusted for the number of cells (Holm). */
  readonly pWorse: number;
  readonly verdict: 'worse' | 'better' | 'no proven change';
}

export type BaselineComparison =
  /** `isNew`: there is nothing to compare with. Else the question stays open, which is inconclusive. */
  | { readonly comparable: false; readonly isNew: boolean; readonly reasons: readonly string[] }
  | {
      readonly comparable: true;
      /** Sections of the scenario that differ from the baseline's: what the change is that was measured. */
      readonly changed: readonly string[];
      /** Cells that both have, by their coordinates. */
      readonly cells: readonly CellChange[];
      /** At least one cell is proven to lose more. */
      readonly provenLoss: boolean;
      /** Anything a reader must know: plain sentences. */
      readonly notes: readonly string[];
    };

/**
 * Did this change make it worse? Compares two results on the same seeds: paired differences per replication, so that
 * chance common to both cancels, with Holm's rule over the cells. The scenario may have changed (that is the question), as
 * long as the same requests were sent over the same time and judged alike; else the reasons say why there are no pairs.
 */
export function compareWithBaseline(baseline: JudgedRun, now: JudgedRun): BaselineComparison {
  const before = new Map(baseline.result.cells.map((cell) => [canonicalJson(cell.axes), cell]));
  const shared = now.result.cells.flatMap((cell) => {
    const old = before.get(canonicalJson(cell.axes));
    return old === undefined ? [] : [{ old, cell }];
  });
  const reasons = incomparable(baseline, now, shared);
  if (reasons.length > 0) return { comparable: false, isNew: false, reasons };
  const { confidence } = now.result;
  const alpha = 1 - confidence;
  const pairs = shared.map(({ old, cell }) => {
    const pairs = pairsOf(old, cell);
    const earlier = pairs.map(([before]) => before);
    const later = pairs.map(([, after]) => after);
    const same = old.eventHash === cell.eventHash && old.perReplication.length === cell.perReplication.length;
    // Equal hashes: the same events, so the shared estimates are the same numbers and their error cancels.
    const variance = same ? 0 : old.sharedVariance + cell.sharedVariance;
    return {
      cell,
      n: pairs.length,
      worse: pairedDifference(earlier, later, variance),
      better: pairedDifference(later, earlier, variance),
    };
  });
  const pWorse = holmAdjusted(pairs.map(({ worse }) => pValueAbove(worse)));
  const pBetter = holmAdjusted(pairs.map(({ better }) => pValueAbove(better)));
  const cells = pairs.map(
    ({ cell, n, worse }, i): CellChange => ({
      axes: cell.axes,
      n,
      change: worse.mean,
      interval: studentInterval(worse, confidence),
      pWorse: pWorse[i] ?? 1,
      verdict: (pWorse[i] ?? 1) < alpha ? 'worse' : (pBetter[i] ?? 1) < alpha ? 'better' : 'no proven change',
    }),
  );
  return {
    comparable: true,
    changed: changedSections(baseline.scenario, now.scenario),
    cells,
    provenLoss: cells.some((cell) => cell.verdict === 'worse'),
    notes: notesOn(baseline.result, now.result, shared),
  };
}

/** Unavailability before and now of each replication that sent requests in both. */
const pairsOf = (old: CellResult, cell: CellResult): ReadonlyArray<readonly [before: number, after: number]> =>
  old.perReplication.flatMap((before, i): Array<readonly [number, number]> => {
    const after = cell.perReplication[i] ?? null;
    return before === null || after === null ? [] : [[before, after]];
  });

type Pair = { readonly old: CellResult; readonly cell: CellResult };

function incomparable(baseline: JudgedRun, now: JudgedRun, shared: readonly Pair[]): string[] {
  const reasons: string[] = [];
  const differs = (what: string, before: string, after: string): void => {
    if (before !== after) reasons.push(`${what} differs: ${before} in the baseline, ${after} now`);
  };
  const [before, after] = [baseline.result, now.result];
  differs('the result format', String(before.schemaVersion), String(after.schemaVersion));
  differs('the seed', before.seed, after.seed);
  differs('the engine', `${before.engine} ${before.fidelity}`, `${after.engine} ${after.fidelity}`);
  reasons.push(...unpairable(baseline.scenario, now.scenario));
  if (shared.length === 0) reasons.push('no configuration of the sweep is in both');
  const fewest = Math.min(...shared.map(({ old, cell }) => pairsOf(old, cell).length));
  if (!(fewest >= 2)) {
    reasons.push('a configuration has fewer than two replications that sent requests in both, so there is no interval');
  }
  return reasons;
}

function notesOn(baseline: RunResult, now: RunResult, shared: readonly Pair[]): readonly string[] {
  const added = now.cells.length - shared.length;
  const gone = baseline.cells.length - shared.length;
  const unequal = shared.some(({ old, cell }) => cell.n !== old.n);
  return [
    ...(added + gone === 0
      ? []
      : [
          `Configurations that only one of the two results has were not compared: ${added} now, ${gone} in the baseline.`,
        ]),
    ...(unequal ? ['The results have different numbers of replications; those both have were paired.'] : []),
  ];
}
