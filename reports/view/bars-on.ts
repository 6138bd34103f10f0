import type { TimelineLane } from '../../sim/store/result.ts';

type Bar = TimelineLane['bars'][number] & { readonly part: string };

/** Looks up which fault bars are on at some time in [from, to), seconds; in order of their start, then of their lanes. */
export function barsOn(lanes: readonly TimelineLane[]): (from: number, to: number) => Bar[] {
  const bars = lanes.flatMap(({ part, bars: own }) => own.map((bar): Bar => ({ ...bar, part })));
  bars.sort((a, b) => a.from - b.from);
  // The latest end of all bars up to each: where it is past, no earlier bar is on.
  let latest = Number.NEGATIVE_INFINITY;
  const ends = bars.map(({ to }) => {
    latest = Math.max(latest, to);
    return latest;
  });
  return (from, to) => {
    const on: Bar[] = [];
    for (let i = startingBefore(bars, to) - 1; i >= 0 && (ends[i] ?? 0) > from; i--) {
      const bar = bars[i];
      if (bar !== undefined && bar.to > from) on.push(bar);
    }
    return on.reverse();
  };
}

/** How many bars start before an instant; they are in order of their start. */
function startingBefore(bars: readonly Bar[], at: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle]?.from ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
