/**
 * Latencies in buckets of at most 1/128 of their value (exact below 256 µs), so that millions of them can be kept, added
 * and weighted. Whole microseconds up to 2^31 (36 minutes); longer ones fall into the last bucket.
 */
const subBits = 7;
const longest = 2147483647;

/** JSON form: only buckets that hold something, `index` rising; counts may be fractional after weighting. */
export interface LatencyHistogram {
  readonly index: readonly number[];
  readonly count: readonly number[];
}

export const noLatencies: LatencyHistogram = { index: [], count: [] };

/** The bucket of a latency in microseconds. */
export function bucketOf(micros: number): number {
  const v = micros < 0 ? 0 : micros > longest ? longest : Math.floor(micros);
  const shift = Math.max(0, 31 - Math.clz32(v) - subBits);
  return shift * (1 << subBits) + (v >>> shift);
}

/** First latency of a bucket, in microseconds; the bucket ends where the next one begins. */
export function bucketStart(index: number): number {
  const size = 1 << subBits;
  if (index < 2 * size) return index;
  const shift = Math.floor(index / size) - 1;
  return (index - shift * size) * (1 << shift);
}

/** Adds latencies up, with weights. */
export class LatencyCounter {
  readonly #counts = new Map<number, number>();

  add(micros: number): void {
    const bucket = bucketOf(micros);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  addAll(histogram: LatencyHistogram, weight = 1): void {
    histogram.index.forEach((bucket, i) => {
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + weight * (histogram.count[i] ?? 0));
    });
  }

  histogram(): LatencyHistogram {
    const index = [...this.#counts.keys()].sort((a, b) => a - b);
    return { index, count: index.map((bucket) => this.#counts.get(bucket) ?? 0) };
  }
}

/** Number of latencies (or their weight). */
export function latencyCount(histogram: LatencyHistogram): number {
  let total = 0;
  for (const count of histogram.count) total += count;
  return total;
}

/** Latency in microseconds below which a share `p` in [0, 1] lies, interpolated inside the bucket; null when empty. */
export function latencyQuantile(histogram: LatencyHistogram, p: number): number | null {
  const wanted = p * latencyCount(histogram);
  let below = 0;
  let last: number | null = null;
  for (let i = 0; i < histogram.index.length; i++) {
    const bucket = histogram.index[i] ?? 0;
    const count = histogram.count[i] ?? 0;
    if (count <= 0) continue;
    const start = bucketStart(bucket);
    const end = bucketStart(bucket + 1);
    if (below + count >= wanted) return start + (end - start) * Math.max(0, (wanted - below) / count);
    below += count;
    last = end;
  }
  return last;
}

/** Weight of the latencies above `micros`, interpolated inside its bucket: the counterpart of the quantile. */
export function weightAbove(histogram: LatencyHistogram, micros: number): number {
  let above = 0;
  histogram.index.forEach((bucket, i) => {
    const start = bucketStart(bucket);
    const end = bucketStart(bucket + 1);
    const share = micros <= start ? 1 : micros >= end ? 0 : (end - micros) / (end - start);
    above += share * (histogram.count[i] ?? 0);
  });
  return above;
}
