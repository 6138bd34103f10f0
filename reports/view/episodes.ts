import type { TimelineLane, WholeRun } from '../../sim/store/result.ts';
import { plain } from '../text.ts';
import { partWords } from './part-words.ts';

/** A time in which something did not work, up to the next time in which everything does. Seconds from the start. */
export interface Episode {
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly lost: number;
  /** `site loss of site paris`, in order of their start. */
  readonly faults: readonly string[];
}

/** Two stretches this close together are one episode; seconds. */
const joinWithin = 0.5;

/** The episodes of a whole run in order of time. */
export function episodesOf(whole: WholeRun): Episode[] {
  const joined: Array<{ from: number; to: number; requests: number; lost: number }> = [];
  for (const span of whole.spans) {
    const last = joined[joined.length - 1];
    if (last !== undefined && span.from - last.to < joinWithin) {
      last.to = Math.max(last.to, span.to);
      last.requests += span.requests;
      last.lost += span.lost;
    } else joined.push({ ...span });
  }
  return joined.map((one) => ({
    ...one,
    from: began(whole.lanes, one.from, one.to),
    faults: faultsBetween(whole.lanes, one.from, one.to),
  }));
}

/** A window is simulated from a little before its first fault on: the episode begins with the fault. */
function began(lanes: readonly TimelineLane[], from: number, to: number): number {
  const starts = lanes.flatMap(({ bars }) =>
    bars.filter((bar) => bar.from < to && bar.to > from).map((bar) => bar.from),
  );
  return starts.length === 0 ? from : Math.max(from, Math.min(...starts));
}

/** Faults that were on at some time in [from, to), each once, in order of their start. */
export function faultsBetween(lanes: readonly TimelineLane[], from: number, to: number): string[] {
  const bars = lanes.flatMap(({ part, bars: own }) => own.map((bar) => ({ ...bar, part })));
  const on = bars.filter((bar) => bar.from < to && bar.to > from).sort((a, b) => a.from - b.from);
  return [...new Set(on.map(({ kind, part }) => `${kind} of ${partWords(part)}`))];
}

/** The episode that lost most; null when none lost anything. */
export function worstEpisode(episodes: readonly Episode[]): Episode | null {
  const worst = episodes.reduce<Episode | null>((held, one) => (one.lost > (held?.lost ?? 0) ? one : held), null);
  return worst;
}

/** Everything lost in a whole run. */
export const lostInAll = (whole: WholeRun): number =>
  whole.spans.reduce((sum, { lost }) => sum + lost, whole.lostElsewhere);

/**
 * What was lost while faults of each kind were on, largest first; where several kinds were on at once they are named
 * together. What was lost outside of all stretches belongs to none.
 */
export function lossByFault(whole: WholeRun): Array<{ readonly faults: string; readonly lost: number }> {
  const bars = whole.lanes.flatMap((lane) => lane.bars);
  const sums = new Map<string, number>();
  for (const span of whole.spans) {
    const on = bars.filter((bar) => bar.from < span.to && bar.to > span.from).map(({ kind }) => plain(kind));
    const faults = [...new Set(on)].sort().join(' with ') || 'no fault';
    sums.set(faults, (sums.get(faults) ?? 0) + span.lost);
  }
  return [...sums]
    .map(([faults, lost]) => ({ faults, lost }))
    .filter(({ lost }) => lost > 0)
    .sort((a, b) => b.lost - a.lost || (a.faults < b.faults ? -1 : 1));
}
