import type { Change, PartState } from './trajectory.ts';

/** Parts that do not work as planned. */
export type SystemState = ReadonlyMap<string, PartState>;

/** A window around changes that are not settled when the next one comes; microseconds, [from, to). */
export interface TransitionWindow {
  readonly kind: 'window';
  readonly from: number;
  readonly to: number;
  readonly before: SystemState;
  readonly changes: readonly Change[];
  /** It touches an end of the horizon, so it is not like others. */
  readonly clipped: boolean;
}

/** A stretch in which nothing changes. */
export interface StationaryStretch {
  readonly kind: 'stretch';
  readonly from: number;
  readonly to: number;
  readonly state: SystemState;
}

/**
 * Cuts [0, horizon) into windows around changes and stationary stretches between them. A window reaches from `lead` before
 * its first change until all its changes have settled; its length is a whole number of `grid` plus one, so that the
 * availability windows of length `grid` may lie anywhere relative to the change. `emptySettles`: microseconds that a state
 * needs to settle because a group has no connector left.
 */
export function segmentsOf(
  changes: readonly Change[],
  horizon: number,
  lead: number,
  grid: number,
  emptySettles: (state: SystemState) => number,
): ReadonlyArray<TransitionWindow | StationaryStretch> {
  const segments: (TransitionWindow | StationaryStretch)[] = [];
  let state: Map<string, PartState> = new Map();
  let reached = 0;
  for (let i = 0; i < changes.length; ) {
    const group: Change[] = [];
    const before = state;
    state = new Map(state);
    const start = (changes[i]?.at ?? 0) - lead - grid / 2;
    let end = start;
    while (i < changes.length && (group.length === 0 || (changes[i]?.at ?? 0) - lead - grid / 2 < end)) {
      const at = changes[i]?.at;
      let settles = 0;
      for (; changes[i]?.at === at; i++) {
        const change = changes[i] as Change;
        group.push(change);
        settles = Math.max(settles, change.settles);
        if (change.after.verbs === '') state.delete(change.part);
        else state.set(change.part, change.after);
      }
      const settled = (at ?? 0) + settles + emptySettles(state);
      end = Math.max(end, start + Math.ceil((settled - start) / grid - 0.5) * grid + grid);
    }
    const from = Math.max(0, start);
    const to = Math.min(horizon, end);
    if (from > reached) segments.push({ kind: 'stretch', from: reached, to: from, state: before });
    segments.push({ kind: 'window', from, to, before, changes: group, clipped: start < 0 || end > horizon });
    reached = to;
  }
  if (reached < horizon) segments.push({ kind: 'stretch', from: reached, to: horizon, state });
  return segments;
}
