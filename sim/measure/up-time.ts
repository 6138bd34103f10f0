import type { OutcomeRules } from '../plan/plan.ts';

/** Requests and those that were ok, window by window; equal lengths. */
export interface WindowCounts {
  readonly total: ArrayLike<number>;
  readonly ok: ArrayLike<number>;
}

/**
 * Time-based availability: a window of `rules.window` is up when at least `upShare` of at least `minRequests` are ok.
 * A window with fewer requests merges with those after it until there are enough; a rest at the end merges into the last.
 * `span`: microseconds covered, the last window may be cut short. Without enough requests in all of it nothing is covered.
 */
export function upTime(counts: WindowCounts, span: number, rules: OutcomeRules): { covered: number; up: number } {
  const groups: { span: number; total: number; ok: number }[] = [];
  let open = { span: 0, total: 0, ok: 0 };
  for (let i = 0; i < counts.total.length; i++) {
    open.span += Math.min(rules.window, span - i * rules.window);
    open.total += counts.total[i] ?? 0;
    open.ok += counts.ok[i] ?? 0;
    if (open.total < rules.minRequests) continue;
    groups.push(open);
    open = { span: 0, total: 0, ok: 0 };
  }
  const last = groups.at(-1);
  if (last === undefined) return { covered: 0, up: 0 };
  last.span += open.span;
  last.total += open.total;
  last.ok += open.ok;
  let covered = 0;
  let up = 0;
  for (const group of groups) {
    covered += group.span;
    if (group.ok >= rules.upShare * group.total) up += group.span;
  }
  return { covered, up };
}
