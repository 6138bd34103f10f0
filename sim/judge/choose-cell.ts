import type { Plan } from '../plan/plan.ts';
import type { Verdict } from './verdict.ts';

/** What a choice between configurations looks at. */
export interface Candidate {
  readonly plan: Plan;
  readonly verdict: Verdict;
  /** Measured availability in [0, 1]; null: nothing was measured. */
  readonly availability: number | null;
}

/**
 * Index of the cheapest cell that meets every objective; of several at that cost the one that served most, then the first.
 * `compare` orders plans by what they cost, cheapest first. Null: none meets.
 */
export function cheapestMet(cells: readonly Candidate[], compare: (a: Plan, b: Plan) => number): number | null {
  let best: { at: number; cell: Candidate } | null = null;
  for (const [at, cell] of cells.entries()) {
    if (cell.verdict !== 'met') continue;
    const order = best === null ? -1 : compare(cell.plan, best.cell.plan) || served(best.cell) - served(cell);
    if (order < 0) best = { at, cell };
  }
  return best?.at ?? null;
}

const served = ({ availability }: Candidate): number => availability ?? -1;
