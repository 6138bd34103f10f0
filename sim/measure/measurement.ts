import type { LossCause } from '../history/history.ts';
import type { FaultHits } from './fault-hits.ts';

/** A figure with its interval. `value` null: nothing to measure. Never print more digits than `n` can show. */
export interface Estimate {
  readonly value: number | null;
  /** [low, high], two-sided, at the scenario's confidence; null when n < 2 or undefined. */
  readonly interval: readonly [number, number] | null;
  /** Independent units behind it: replications that had anything of the kind, or episodes, never requests. */
  readonly n: number;
  /** How the interval was made: `t over replications`, `rule of three`, `episodes`, `none`. */
  readonly method: string;
}

export interface Loss {
  readonly cause: LossCause;
  readonly application: string;
  /** Requests lost; may be fractional when combined from episodes. */
  readonly count: number;
}

/** What one cell of a run showed, over all its replications. Shares in [0,1], latencies and recovery in microseconds. */
export interface Measurement {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly availability: Estimate;
  readonly timeAvailability: Estimate;
  readonly latency: { readonly p50: Estimate; readonly p99: Estimate; readonly p999: Estimate };
  /** Time from a fault's end until service is back to its steady share. */
  readonly recovery: Estimate;
  /** Fault ends after which service was not seen to come back: the next fault or the end of the run came first. */
  readonly unrecovered: number;
  /** Largest first. */
  readonly losses: readonly Loss[];
  /** Faults that touched nothing whenever they occurred; not empty makes the verdict inconclusive. */
  readonly idleFaults: readonly string[];
  /** Every fault that occurred, by name: how often, and how often it touched something. Fractional when combined from windows. */
  readonly faultHits: ReadonlyArray<FaultHits & { readonly fault: string }>;
  /** Where the numbers come from: every request simulated, or episodes combined (long horizon). */
  readonly method: 'every-request' | 'episodes';
}

/** A bucket of a run for charts: `at` in seconds from the start, counts by planned send instant, latency in microseconds. */
export interface SeriesPoint {
  readonly at: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly p50: number | null;
  readonly p99: number | null;
}
