import type { LossCause } from '../history/history.ts';
import { type FaultHits, sumHits } from './fault-hits.ts';
import { LatencyCounter, type LatencyHistogram, noLatencies } from './latency-histogram.ts';
import type { Loss } from './measurement.ts';
import type { Recoveries } from './recovery.ts';

/**
 * What one history, or one window of it, adds to a measurement: sums only, so that tallies can be added and weighted.
 * Plain JSON. A request belongs to the window of its planned send instant.
 */
export interface Tally {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly losses: readonly Loss[];
  /** Microseconds covered by windows of time-based availability, and how many of them were up. */
  readonly time: { readonly covered: number; readonly up: number };
  /** Latencies of requests that were ok, planned send instant to last byte. */
  readonly latency: LatencyHistogram;
  /** Fault ends after which service came back, the microseconds that took in sum, and fault ends without. */
  readonly recovery: Recoveries;
  /** How often each fault occurred, by kind and targets, and how often it touched something. */
  readonly faultHits: Readonly<Record<string, FaultHits>>;
}

export const emptyTally: Tally = {
  requests: 0,
  ok: 0,
  failed: 0,
  unknown: 0,
  losses: [],
  time: { covered: 0, up: 0 },
  latency: noLatencies,
  recovery: { count: 0, total: 0, unrecovered: 0, waited: 0 },
  faultHits: {},
};

/** Sum of weight × tally. */
export function sumTallies(terms: ReadonlyArray<{ readonly tally: Tally; readonly weight: number }>): Tally {
  const sum = (of: (tally: Tally) => number): number =>
    terms.reduce((total, { tally, weight }) => total + weight * of(tally), 0);
  const losses = new LossCounter();
  const latency = new LatencyCounter();
  const faultHits: Record<string, FaultHits> = {};
  for (const { tally, weight } of terms) {
    for (const loss of tally.losses) losses.add(loss.cause, loss.application, weight * loss.count);
    latency.addAll(tally.latency, weight);
    for (const [fault, hits] of Object.entries(tally.faultHits)) {
      faultHits[fault] = sumHits(faultHits[fault], hits, weight);
    }
  }
  return {
    requests: sum((tally) => tally.requests),
    ok: sum((tally) => tally.ok),
    failed: sum((tally) => tally.failed),
    unknown: sum((tally) => tally.unknown),
    losses: losses.losses(),
    time: { covered: sum((tally) => tally.time.covered), up: sum((tally) => tally.time.up) },
    latency: latency.histogram(),
    recovery: {
      count: sum((tally) => tally.recovery.count),
      total: sum((tally) => tally.recovery.total),
      unrecovered: sum((tally) => tally.recovery.unrecovered),
      waited: sum((tally) => tally.recovery.waited),
    },
    faultHits,
  };
}

/** Losses by cause and application. */
export class LossCounter {
  readonly #counts = new Map<string, { cause: LossCause; application: string; count: number }>();

  add(cause: LossCause, application: string, count: number): void {
    const key = `${cause} ${application}`;
    const entry = this.#counts.get(key) ?? { cause, application, count: 0 };
    entry.count += count;
    this.#counts.set(key, entry);
  }

  /** Largest first, ties by name. */
  losses(): readonly Loss[] {
    const name = (loss: Loss): string => `${loss.cause} ${loss.application}`;
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (name(a) < name(b) ? -1 : 1));
  }
}
