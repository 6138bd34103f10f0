import type { History } from '../history/history.ts';
import { LatencyCounter, latencyQuantile } from './latency-histogram.ts';
import type { SeriesPoint } from './measurement.ts';

/**
 * Buckets of `bucketSeconds` from `from` (microseconds) to the end of the history, by planned send instant, for charts.
 * `at` counts from `from`. Latency of ok requests.
 */
export function seriesOf(history: History, bucketSeconds: number, from = 0): readonly SeriesPoint[] {
  const width = bucketSeconds * 1_000_000;
  const buckets = Array.from({ length: Math.max(0, Math.ceil((history.endedAt - from) / width)) }, () => ({
    counts: [0, 0, 0] as [number, number, number],
    latency: new LatencyCounter(),
  }));
  const { requests } = history;
  for (let i = 0; i < requests.length; i++) {
    const start = requests.start[i] ?? 0;
    const bucket = buckets[Math.floor((start - from) / width)];
    const outcome = (requests.outcome[i] ?? 0) as 0 | 1 | 2;
    if (bucket === undefined) continue;
    bucket.counts[outcome]++;
    if (outcome === 0) bucket.latency.add((requests.end[i] ?? start) - start);
  }
  return buckets.map(({ counts: [ok, failed, unknown], latency }, i) => {
    const histogram = latency.histogram();
    const p50 = latencyQuantile(histogram, 0.5);
    const p99 = latencyQuantile(histogram, 0.99);
    return { at: i * bucketSeconds, ok, failed, unknown, p50, p99 };
  });
}

/** A bucket width that gives at most `most` points: 1, 2, 5, 10, 15, 30 s, 1, 2, 5, 10, 15, 30 min, 1, 2, 6, 12, 24 h. */
export function bucketSecondsFor(horizonSeconds: number, most: number): number {
  const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400];
  return nice.find((width) => horizonSeconds / width <= most) ?? Math.ceil(horizonSeconds / most / 86400) * 86400;
}
