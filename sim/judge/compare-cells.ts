import { studyUnavailability, unseenPart, unseenWithoutLoss } from '../measure/estimates.ts';
import type { Evidence } from '../measure/evidence.ts';
import { controlledMean } from '../statistics/control-variates.ts';
import { combineErrors, type Interval, type MeanError, studentInterval } from '../statistics/interval.ts';
import { decisionConfidence } from './looks.ts';

/** Unavailability of one cell minus that of the cell a run speaks of, over the same replications. Above zero loses more. */
export interface CellComparison {
  /** Index of the other cell. */
  readonly cell: number;
  /** Replications both have, and sent requests in. */
  readonly n: number;
  readonly change: number;
  /** [low, high] within [-1, 1], wide enough for every comparison of the sweep; null with fewer than two replications. */
  readonly interval: Interval | null;
  readonly verdict: 'worse' | 'better' | 'no proven change';
}

/** A cell with its coordinates and all that was seen of it. */
export interface ComparedCell {
  readonly axes: Readonly<Record<string, string | number>>;
  readonly evidence: Evidence;
}

export interface ComparisonOptions {
  readonly axes: ReadonlyArray<{ readonly name: string; readonly values: ReadonlyArray<string | number> }>;
  /** Of all comparisons together, e.g. 0.95. */
  readonly confidence: number;
  /** Index of the cell that others are compared with. */
  readonly from: number;
  /** Compared too, wherever in the sweep it is: the cell that the scenario states. Null: none. */
  readonly asWritten: number | null;
}

/**
 * What one step on each axis changes, and what the scenario as written loses more or less. Cells of a sweep see the same
 * faults and arrivals, so differences are taken replication by replication and chance common to both cancels; what known
 * fault times explain of the rest is taken out as in the cells' own estimates. `from` is chosen with the same data, so the
 * error is split (Bonferroni) over every pair of the sweep that could have been told, not only over those that are.
 */
export function compareCells(cells: readonly ComparedCell[], options: ComparisonOptions): readonly CellComparison[] {
  const pairs = tellablePairs(cells, options);
  const confidence = decisionConfidence(options.confidence, Math.max(1, pairs.length));
  const from = cells[options.from];
  const told = cells.flatMap((_, at) => (pairs.some(([a, b]) => isPair(a, b, at, options.from)) ? [at] : []));
  if (from === undefined) return [];
  const all = told.map((at) => compared(at, from, cells[at] as ComparedCell, confidence));
  return all.filter(({ change }) => !Number.isNaN(change));
}

const isPair = (a: number, b: number, x: number, y: number): boolean => (a === x && b === y) || (a === y && b === x);

/** Pairs that differ on one axis, by one step where it is a number, and the cell as written with every other. */
function tellablePairs(
  cells: readonly ComparedCell[],
  { axes, asWritten }: ComparisonOptions,
): ReadonlyArray<readonly [number, number]> {
  const places = cells.map((cell) => axes.map(({ name, values }) => values.indexOf(cell.axes[name] ?? '')));
  const numeric = axes.map(({ values }) => values.every((value) => typeof value === 'number'));
  const neighbours = (a: readonly number[], b: readonly number[]): boolean => {
    const apart = axes.flatMap((_, k) => (a[k] === b[k] ? [] : [k]));
    const [k] = apart;
    if (k === undefined || apart.length > 1) return false;
    return !numeric[k] || Math.abs((a[k] ?? 0) - (b[k] ?? 0)) === 1;
  };
  return places.flatMap((a, i) =>
    places
      .slice(i + 1)
      .flatMap(
        (b, k): Array<readonly [number, number]> =>
          neighbours(a, b) || i === asWritten || i + 1 + k === asWritten ? [[i, i + 1 + k]] : [],
      ),
  );
}

function compared(at: number, from: ComparedCell, other: ComparedCell, confidence: number): CellComparison {
  const difference = pairedDifference(from.evidence, other.evidence);
  const { n } = difference;
  const bare = n < 2 ? null : studentInterval(difference, confidence);
  const interval: Interval | null =
    bare === null
      ? null
      : [
          Math.max(-1, bare[0] - unseen(from.evidence, confidence)),
          Math.min(1, bare[1] + unseen(other.evidence, confidence)),
        ];
  const verdict =
    interval === null || (interval[0] <= 0 && interval[1] >= 0)
      ? 'no proven change'
      : interval[0] > 0
        ? 'worse'
        : 'better';
  return { cell: at, n, change: difference.mean, interval, verdict };
}

/**
 * Mean of `other` − `from` with the error of its pairs and that of estimates which all replications share. `n`: pairs, of
 * replications that sent requests in both.
 */
function pairedDifference(from: Evidence, other: Evidence): MeanError & { readonly n: number } {
  const [a, b] = [studyUnavailability(from, 'requests'), studyUnavailability(other, 'requests')];
  const pairs = a.perHistory.flatMap((lost, i) => {
    const otherLost = b.perHistory[i] ?? null;
    return lost === null || otherLost === null ? [] : [{ i, change: otherLost - lost }];
  });
  const n = pairs.length;
  const controls = commonControls(
    from,
    other,
    pairs.map(({ i }) => i),
  );
  const between = controlledMean(
    pairs.map(({ change }) => change),
    controls,
  );
  // Windows that both cells share would cancel; added up they can only make the interval wider.
  const shared = [a.shared, b.shared].filter(({ variance }) => variance > 0);
  const { standardError } = between;
  return {
    ...combineErrors(between.mean, [{ variance: standardError * standardError, df: between.df }, ...shared]),
    n,
  };
}

/** The controls of both cells in these histories, each once: what all cells share has the same values in both. */
function commonControls(from: Evidence, other: Evidence, paired: readonly number[]) {
  const columns: Array<{ readonly values: readonly number[]; readonly expected: number }> = [];
  for (const { histories, expectedControls } of [from, other]) {
    expectedControls.forEach((expected, j) => {
      const values = paired.map((i) => histories[i]?.controls[j] ?? 0);
      const known = columns.some((column) => column.values.every((value, i) => value === values[i]));
      if (!known) columns.push({ values, expected });
    });
  }
  return {
    rows: paired.map((_, i) => columns.map(({ values }) => values[i] ?? 0)),
    expected: columns.map(({ expected }) => expected),
  };
}

/** What a cell may lose beyond what its samples show, as in its own interval. */
function unseen(evidence: Evidence, confidence: number): number {
  const study = studyUnavailability(evidence, 'requests');
  return Math.min(1, (study.allZero ? unseenWithoutLoss : unseenPart)(evidence, study, confidence));
}
