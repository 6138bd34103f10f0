import type { History } from '../history/history.ts';
import { summarize } from '../statistics/sample.ts';
import { studentFactor } from '../statistics/student.ts';
import type { Range } from './tally-history.ts';

/** Sums over a part of a range, by planned send instant; latency of ok requests in microseconds. */
export interface HalfSums {
  readonly requests: number;
  readonly lost: number;
  readonly latency: number;
}

export type Halves = readonly [first: HalfSums, second: HalfSums];

/** The two halves of a range of a history: what tells a stationary stretch from one that is still on its way. */
export function halvesOf(history: History, { from, to }: Range): Halves {
  const middle = (from + to) / 2;
  return [sumsOf(history, { from, to: middle }), sumsOf(history, { from: middle, to })];
}

/** Sums over the requests sent in a range of a history. */
export function sumsOf({ requests }: History, { from, to }: Range): HalfSums {
  const sums: Sums = { requests: 0, lost: 0, latency: 0 };
  for (let i = 0; i < requests.length; i++) {
    const start = requests.start[i] ?? 0;
    if (start < from || start >= to) continue;
    sums.requests++;
    if (requests.outcome[i] === 0) sums.latency += (requests.end[i] ?? start) - start;
    else sums.lost++;
  }
  return sums;
}

type Sums = { -readonly [K in keyof HalfSums]: HalfSums[K] };

/**
 * Whether loss or mean latency of the second halves differs from that of the first by more than chance: paired t over the
 * samples at a two-sided level of 0.0027 (three standard errors) split over `tests`, of which this is one.
 */
export function drifts(samples: readonly Halves[], tests: number): boolean {
  const beyond = (of: (half: HalfSums) => number): boolean => {
    const steps = samples.map(([first, second]) => of(second) - of(first)).filter((step) => !Number.isNaN(step));
    const { n, mean, variance } = summarize(steps);
    if (n < 8 || mean === 0) return false;
    return Math.abs(mean) > studentFactor(1 - 0.0027 / Math.max(1, tests), n - 1) * Math.sqrt(variance / n);
  };
  return (
    beyond(({ requests, lost }) => lost / requests) || beyond((half) => half.latency / (half.requests - half.lost))
  );
}
