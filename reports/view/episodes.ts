import type { WholeRun } from '../../sim/store/result.ts';
import { plain } from '../text.ts';
import { barsOn } from './bars-on.ts';
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

/** The episodes of a whole run in order of time, also where not all of its faults and stretches are drawn. */
export function episodesOf(whole: WholeRun): readonly Episode[] {
  if (whole.beforeCut !== undefined) return whole.beforeCut.episodes;
  const joined: Array<{ from: number; to: number; requests: number; lost: number }> = [];
  for (const span of whole.spans) {
    const last = joined[joined.length - 1];
    if (last !== undefined && span.from - last.to < joinWithin) {
      last.to = Math.max(last.to, span.to);
      last.requests += span.requests;
      last.lost += span.lost;
    } else joined.push({ ...span });
  }
  const on = barsOn(whole.lanes);
  return joined.map((one) => {
    const faults = on(one.from, one.to);
    return {
      ...one,
      // A window is simulated from a little before its first fault on: the episode begins with the fault.
      from: Math.max(one.from, faults[0]?.from ?? one.from),
      faults: [...new Set(faults.map(({ kind, part }) => `${kind} of ${partWords(part)}`))],
    };
  });
}

/** The episode that lost most; null when none lost anything. */
export function worstEpisode(episodes: readonly Episode[]): Episode | null {
  const worst = episodes.reduce<Episode | null>((held, one) => (one.lost > (held?.lost ?? 0) ? one : held), null);
  return worst;
}

/** Lost outside of all episodes. */
export const lostOutside = (whole: WholeRun): number => whole.beforeCut?.lostElsewhere ?? whole.lostElsewhere;

/** Everything lost in a whole run. */
export const lostInAll = (whole: WholeRun): number =>
  whole.spans.reduce((sum, { lost }) => sum + lost, whole.lostElsewhere);

/**
 * What was lost while faults of each kind were on, largest first; where several kinds were on at once they are named
 * together. What was lost outside of all stretches belongs to none.
 */
export function lossByFault(whole: WholeRun): ReadonlyArray<{ readonly faults: string; readonly lost: number }> {
  if (whole.beforeCut !== undefined) return whole.beforeCut.byFault;
  const barsIn = barsOn(whole.lanes);
  const sums = new Map<string, number>();
  for (const span of whole.spans) {
    const on = barsIn(span.from, span.to).map(({ kind }) => plain(kind));
    const faults = [...new Set(on)].sort().join(' with ') || 'no fault';
    sums.set(faults, (sums.get(faults) ?? 0) + span.lost);
  }
  return [...sums]
    .map(([faults, lost]) => ({ faults, lost }))
    .filter(({ lost }) => lost > 0)
    .sort((a, b) => b.lost - a.lost || (a.faults < b.faults ? -1 : 1));
}
