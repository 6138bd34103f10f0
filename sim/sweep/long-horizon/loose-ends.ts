import type { HalfSums, Halves } from '../../measure/drift.ts';
import { summarize } from '../../statistics/sample.ts';
import { studentFactor } from '../../statistics/student.ts';
import type { CellInventory } from './cell-inventory.ts';
import type { WindowType, WindowTypes } from './window-types.ts';

/** A kind of window that does not end in the state of the stretch after it: it still loses more. */
export interface LooseEnd {
  readonly type: WindowType;
  /** The key of the state it should have reached. */
  readonly state: string;
  /** Share of requests lost at its end beyond what the state loses, in (0, 1], on average over its samples. */
  readonly excess: number;
  /** Share of all the cell's time that would be lost besides if that lasted until the next change, in [0, 1]. */
  readonly lasting: number;
}

/**
 * Kinds of windows that end worse than the stretch after them begins. Stretches are simulated from empty queues, so an
 * overload that feeds itself (retries bring losses, losses bring retries) would end with its window in the figures, and
 * never in truth.
 */
export function looseEnds(cell: CellInventory, types: WindowTypes): readonly LooseEnd[] {
  const span = cell.replications.length * cell.plan.horizon;
  const ends: LooseEnd[] = [];
  for (const [type, following] of cell.following) {
    const state = type.blueprint.states.at(-1) ?? '';
    const tails = type.results.flatMap(({ tail }) => tail ?? []);
    const halves = types.known(state)?.results.flatMap((result) => (result.halves ? [result.halves] : [])) ?? [];
    const excess = excessAtEnd(tails, halves, cell.following.size);
    if (excess > 0) ends.push({ type, state, excess, lasting: (excess * following) / span });
  }
  return ends;
}

/** Share of the time that all of them together would lose besides, at most 1. */
export const lastingLoss = (ends: readonly LooseEnd[]): number =>
  Math.min(
    1,
    ends.reduce((sum, { lasting }) => sum + lasting, 0),
  );

/** Requests beyond five standard errors that have to be lost at the end of a single window before it says anything. */
const fewLost = 5;

/**
 * By how much the lost share at the end of windows is above that of a state, beyond chance; 0: it is not. Two ways, since
 * windows of one kind may end well most of the time: single ends far beyond the worst half of any sample of the state (by
 * five Poisson errors and five requests), and the mean of at least eight of them against that of the state (Welch's t, at a
 * one-sided level of 0.00135 split over `tests`).
 */
export function excessAtEnd(tails: readonly HalfSums[], state: readonly Halves[], tests: number): number {
  const sent = tails.reduce((sum, { requests }) => sum + requests, 0);
  const samples = state.map(([first, second]) => ({
    requests: first.requests + second.requests,
    lost: first.lost + second.lost,
  }));
  const expected = samples.reduce((sum, { requests }) => sum + requests, 0);
  if (sent === 0 || expected === 0) return 0;
  const usual = samples.reduce((sum, { lost }) => sum + lost, 0) / expected;
  const worst = Math.max(...state.flat().map(shareOf));
  let outlying = 0;
  for (const { requests, lost } of tails) {
    const most = worst * requests;
    if (lost > most + 5 * Math.sqrt(most) + fewLost) outlying += lost - usual * requests;
  }
  const ends = summarize(tails.map(shareOf));
  const still = summarize(samples.map(shareOf));
  const error = Math.sqrt(ends.variance / ends.n + still.variance / still.n);
  const above = ends.mean - still.mean;
  const least = Math.min(ends.n, still.n);
  const clearly = least >= 8 && above > studentFactor(1 - 0.0027 / Math.max(1, tests), least - 1) * error;
  return Math.max(outlying / sent, clearly ? above : 0);
}

const shareOf = ({ requests, lost }: Pick<HalfSums, 'requests' | 'lost'>): number =>
  requests === 0 ? 0 : lost / requests;
