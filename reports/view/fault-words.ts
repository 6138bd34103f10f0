import type { Timeline } from '../../sim/store/result.ts';
import { duration, moment } from '../numbers.ts';
import { listed, plain } from '../text.ts';
import { partWords } from './part-words.ts';
import { shareOf } from './thinned-series.ts';

type Bar = Timeline['lanes'][number]['bars'][number];

/** Bars of one lane that stand too close to be lettered one by one. Pixels. */
export interface BarCluster {
  readonly from: number;
  readonly to: number;
  /** `C`, `C×3`, `C P`. */
  readonly label: string;
}

/** Joins bars (already in pixels, any order) that leave less than `room` between them. */
export function clusters(
  bars: ReadonlyArray<{ from: number; to: number; letter: string }>,
  room: number,
): BarCluster[] {
  const sorted = [...bars].sort((a, b) => a.from - b.from || a.to - b.to);
  const groups: Array<{ from: number; to: number; letters: string[] }> = [];
  for (const bar of sorted) {
    const last = groups[groups.length - 1];
    if (last !== undefined && bar.from - last.to < room) {
      last.to = Math.max(last.to, bar.to);
      last.letters.push(bar.letter);
    } else groups.push({ from: bar.from, to: bar.to, letters: [bar.letter] });
  }
  return groups.map(({ from, to, letters }) => {
    const kinds = [...new Set(letters)].sort();
    const words = kinds.map((letter) => {
      const times = letters.filter((one) => one === letter).length;
      return `${plain(letter)}${times > 1 ? `×${times}` : ''}`;
    });
    return { from, to, label: words.length > 3 ? `${words.slice(0, 3).join(' ')}…` : words.join(' ') };
  });
}

/** Letter and kind of every fault of the timeline, once, by letter. */
export function letterKey(timeline: Pick<Timeline, 'lanes'>): Array<{ letter: string; kind: string }> {
  const seen = new Map<string, { letter: string; kind: string }>();
  for (const { kind, letter } of timeline.lanes.flatMap((lane) => lane.bars)) {
    seen.set(JSON.stringify([letter, kind]), { letter, kind });
  }
  return [...seen.values()].sort((a, b) => compare(a.letter, b.letter) || compare(a.kind, b.kind));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The worst bucket and the faults that overlapped it, in a sentence; other words when every bucket was fully served or empty. */
export function worstMoment(timeline: Timeline): string {
  let worst: { at: number; share: number } | null = null;
  for (const point of timeline.points) {
    const share = shareOf(point);
    if (share !== null && share < (worst?.share ?? 1)) worst = { at: point.at, share };
  }
  if (worst === null) {
    if (timeline.points.length === 0) return '';
    return timeline.points.some((point) => shareOf(point) !== null)
      ? 'Every request in it was served.'
      : 'No request in it was recorded.';
  }
  const { at, share } = worst;
  const during = faultsAt(timeline, at);
  const percent =
    share === 0
      ? 'nothing was'
      : share > 0.0005 && share < 0.9995
        ? `${(share * 100).toFixed(share > 0.99 ? 2 : 1)} %`
        : `${(share * 100).toFixed(2)} %`;
  const within = duration(timeline.bucketSeconds * 1_000_000);
  return plain(`The worst ${within} began ${moment(timeline.from + at)} into the run: ${percent} served, ${during}.`);
}

/** `during A and B`; when none was active, `right after A` for one that ended within ten buckets. */
function faultsAt(timeline: Timeline, at: number): string {
  const step = timeline.bucketSeconds;
  const named = (within: (bar: Bar) => boolean): string[] => {
    const all = timeline.lanes.flatMap((lane) =>
      lane.bars.filter(within).map((bar) => `${bar.kind} of ${partWords(lane.part)}`),
    );
    const names = [...new Set(all)];
    return names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  };
  const active = named((bar) => bar.from < at + step && bar.to > at);
  if (active.length > 0) return `during ${listed(active)}`;
  const ended = named((bar) => bar.to <= at && bar.to > at - 10 * step);
  return ended.length > 0 ? `right after ${listed(ended)}` : 'with no fault active';
}
