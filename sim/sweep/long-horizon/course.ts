import type { Tally } from '../../measure/tally.ts';
import type { CourseSpan } from '../study.ts';
import type { StationaryStretch, TransitionWindow } from './segments.ts';
import type { WindowType } from './window-types.ts';

/** A segment of one replication and the kind of window it is simulated as. */
export interface CoursePiece {
  readonly segment: TransitionWindow | StationaryStretch;
  readonly type: WindowType;
}

/**
 * What happened in one replication, piece by piece in order of time, from what was simulated of each kind of window: its
 * own sample where every occurrence has one, else the mean of the kind. `pieces` are those of replication 0.
 */
export function courseOf(pieces: readonly CoursePiece[], requestsPerSecond: number): readonly CourseSpan[] {
  const seen = new Map<WindowType, number>();
  return pieces.map(({ segment, type }) => {
    const occurrence = seen.get(type) ?? 0;
    seen.set(type, occurrence + 1);
    const own = type.isShared ? undefined : type.results[occurrence];
    const tallies = (own === undefined ? type.results : [own]).map(({ tally }) => tally);
    const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
    const sent = sum((tally) => tally.requests);
    const requests = (requestsPerSecond * (segment.to - segment.from)) / 1_000_000;
    const lost = sent > 0 ? (requests * sum((tally) => tally.failed + tally.unknown)) / sent : 0;
    const asPlanned = segment.kind === 'stretch' && segment.state.size === 0;
    return { from: segment.from, to: segment.to, requests, lost, asPlanned };
  });
}
