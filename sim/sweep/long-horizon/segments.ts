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

/** The states a segment passes through, in order; the first is the one it begins in. */
export function statesOf(segment: TransitionWindow | StationaryStretch): readonly SystemState[] {
  if (segment.kind === 'stretch') return [segment.state];
  const states: SystemState[] = [segment.before];
  const state = new Map(segment.before);
  segment.changes.forEach(({ at, part, after }, i) => {
    setState(state, part, after);
    if (segment.changes[i + 1]?.at !== at) states.push(new Map(state));
  });
  return states;
}

function setState(state: Map<string, PartState>, part: string, after: PartState): void {
  if (after.verbs === '') state.delete(part);
  else state.set(part, after);
}

/**
 * Cuts [0, horizon) into windows around changes and stationary stretches between them. A window reaches from `lead` before
 * its first change (microseconds, by the state before it) until all its changes have settled; its length is a whole number of `grid` plus one, so that the
 * availability windows of length `grid` may lie anywhere relative to the change. `least`: microseconds it covers at least; one
 * that would be cut shorter by the end of the horizon begins earlier, or joins the one before it.
 * `stateSettles`: microseconds that a state needs to settle after the states that this window has passed through.
 */
export function segmentsOf(
  changes: readonly Change[],
  horizon: number,
  lead: (state: SystemState) => number,
  grid: number,
  least: number,
  stateSettles: (state: SystemState, passed: readonly SystemState[]) => number,
): ReadonlyArray<TransitionWindow | StationaryStretch> {
  const segments: (TransitionWindow | StationaryStretch)[] = [];
  let state: Map<string, PartState> = new Map();
  let reached = 0;
  for (let i = 0; i < changes.length; ) {
    const group: Change[] = [];
    const before = state;
    const passed: SystemState[] = [];
    const start = (changes[i]?.at ?? 0) - lead(state) - grid / 2;
    let end = start + Math.ceil(least / grid) * grid + grid;
    const joins = (next: Change): boolean => next.at - lead(state) - grid / 2 < end || horizon - end < least;
    for (let next = changes[i]; next !== undefined && (group.length === 0 || joins(next)); next = changes[i]) {
      const { at } = next;
      let settles = 0;
      passed.push(state);
      state = new Map(state);
      for (; changes[i]?.at === at; i++) {
        const change = changes[i] as Change;
        group.push(change);
        settles = Math.max(settles, change.settles);
        setState(state, change.part, change.after);
      }
      const settled = at + settles + stateSettles(state, passed);
      end = Math.max(end, start + Math.ceil((settled - start) / grid - 0.5) * grid + grid);
    }
    const from = Math.max(reached, end > horizon ? Math.min(start, horizon - least) : start);
    const to = Math.min(horizon, end);
    if (from > reached) segments.push({ kind: 'stretch', from: reached, to: from, state: before });
    segments.push({ kind: 'window', from, to, before, changes: group, clipped: start < 0 || end > horizon });
    reached = to;
  }
  if (reached < horizon) segments.push({ kind: 'stretch', from: reached, to: horizon, state });
  return segments;
}
