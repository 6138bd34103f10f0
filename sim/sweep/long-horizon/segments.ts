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
 * availability windows of length `grid` may lie anywhere relative to the change.
 */
export function segmentsOf(
  changes: readonly Change[],
  horizon: number,
  lead: number,
  grid: number,
): ReadonlyArray<TransitionWindow | StationaryStretch> {
  const segments: (TransitionWindow | StationaryStretch)[] = [];
  let state = new Map<string, PartState>();
  let reached = 0;
  for (let i = 0; i < changes.length; ) {
    const group: Change[] = [];
    const start = (changes[i]?.at ?? 0) - lead - grid / 2;
    let end = start;
    while (i < changes.length && (group.length === 0 || (changes[i]?.at ?? 0) - lead - grid / 2 < end)) {
      const change = changes[i++] as Change;
      group.push(change);
      const settled = Math.ceil((change.at + change.settles - start) / grid - 0.5) * grid;
      end = Math.max(end, start + settled + grid);
    }
    const from = Math.max(0, start);
    const to = Math.min(horizon, end);
    if (from > reached) segments.push({ kind: 'stretch', from: reached, to: from, state });
    segments.push({ kind: 'window', from, to, before: state, changes: group, clipped: start < 0 || end > horizon });
    state = new Map(state);
    for (const { part, after } of group) {
      if (after.verbs === '') state.delete(part);
      else state.set(part, after);
    }
    reached = to;
  }
  if (reached < horizon) segments.push({ kind: 'stretch', from: reached, to: horizon, state });
  return segments;
}
