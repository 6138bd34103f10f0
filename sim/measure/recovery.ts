import type { OutcomeRules, PlannedFault } from '../plan/plan.ts';

/** Requests by planned send instant in cells of `cell` microseconds from `from`; equal lengths. */
export interface FineCounts {
  readonly from: number;
  readonly cell: number;
  readonly total: ArrayLike<number>;
  readonly ok: ArrayLike<number>;
}

export interface Recoveries {
  readonly count: number;
  /** Microseconds, in sum. */
  readonly total: number;
  readonly unrecovered: number;
  /** Microseconds in sum for which service was seen not to recover: what the unrecovered took at least. */
  readonly waited: number;
}

/** Width of the cells recovery is looked for in: its resolution. */
export const recoveryCell = 10_000;

/**
 * Time from the end of a fault until service is back to its steady share: the first instant from which on the requests of
 * one window (at least `minRequests`) are ok to `upShare` of the share seen before the first fault, and so are those of its
 * first tenth (else the last losses of the outage would hide in the 1 % a window may lose). Faults that end together are one
 * episode. One whose window is cut by the next start or end of a fault, or by the end of the run, counts as unrecovered when
 * it still lost requests, and not at all when it lost none: less than a window of good service proves no recovery. Nor does it
 * count while another fault is still on, for then the loss may be the other's.
 */
export function recoveries(faults: readonly PlannedFault[], counts: FineCounts, rules: OutcomeRules): Recoveries {
  const to = counts.from + counts.cell * counts.total.length;
  const edges = [...new Set(faults.flatMap((fault) => [fault.at, fault.until ?? to]))].sort((a, b) => a - b);
  const ends = [...new Set(faults.flatMap(({ until }) => (until === null ? [] : [until])))];
  const sums = new RunningSums(counts);
  const first = Math.min(to, edges[0] ?? to);
  const steady = sums.between(counts.from, first);
  const target = rules.upShare * (steady.total >= rules.minRequests ? steady.ok / steady.total : 1);
  let count = 0;
  let total = 0;
  let unrecovered = 0;
  let waited = 0;
  for (const end of ends) {
    if (end < counts.from || end >= to) continue;
    const limit = Math.min(to, edges.find((edge) => edge > end) ?? to);
    const back = firstSteady(sums, end, limit, target, rules);
    if (back !== null) {
      count++;
      total += back - end;
    } else if (
      sums.nextAfterLoss(end, limit) < limit &&
      !faults.some((fault) => fault.at <= end && (fault.until === null || fault.until > end))
    ) {
      unrecovered++;
      waited += limit - end;
    }
  }
  return { count, total, unrecovered, waited };
}

/** First candidate (the end itself, or just after a cell with a loss) from which one window holds the target. */
function firstSteady(
  sums: RunningSums,
  end: number,
  limit: number,
  target: number,
  rules: OutcomeRules,
): number | null {
  for (let at = end; at < limit; at = sums.nextAfterLoss(at, limit)) {
    let window = rules.window as number;
    while (at + window < limit && sums.between(at, at + window).total < rules.minRequests) window *= 2;
    if (at + window > limit) return null;
    const seen = sums.between(at, at + window);
    if (seen.total < rules.minRequests) return null;
    const soon = sums.between(at, Math.min(limit, at + rules.window / 10));
    if (seen.ok >= target * seen.total && soon.ok >= target * soon.total) return at;
  }
  return null;
}

/** Prefix sums over the cells. */
class RunningSums {
  readonly #counts: FineCounts;
  readonly #total: Float64Array;
  readonly #ok: Float64Array;

  constructor(counts: FineCounts) {
    const n = counts.total.length;
    this.#counts = counts;
    this.#total = new Float64Array(n + 1);
    this.#ok = new Float64Array(n + 1);
    for (let i = 0; i < n; i++) {
      this.#total[i + 1] = (this.#total[i] ?? 0) + (counts.total[i] ?? 0);
      this.#ok[i + 1] = (this.#ok[i] ?? 0) + (counts.ok[i] ?? 0);
    }
  }

  #cell(at: number): number {
    const index = Math.ceil((at - this.#counts.from) / this.#counts.cell);
    return Math.max(0, Math.min(this.#counts.total.length, index));
  }

  between(from: number, to: number): { total: number; ok: number } {
    const a = this.#cell(from);
    const b = Math.max(a, this.#cell(to));
    return {
      total: (this.#total[b] ?? 0) - (this.#total[a] ?? 0),
      ok: (this.#ok[b] ?? 0) - (this.#ok[a] ?? 0),
    };
  }

  /** The instant just after the next cell that lost something, at or after `at`; `limit` when there is none before. */
  nextAfterLoss(at: number, limit: number): number {
    const stop = this.#cell(limit);
    for (let i = this.#cell(at); i < stop; i++) {
      if ((this.#counts.ok[i] ?? 0) < (this.#counts.total[i] ?? 0)) {
        return this.#counts.from + (i + 1) * this.#counts.cell;
      }
    }
    return limit;
  }
}
