import type { SeriesPoint } from '../../sim/measure/measurement.ts';

/** A point of a drawn series: the worst bucket of those it stands for. Share null: no request in it. */
export interface DrawnPoint {
  readonly at: number;
  readonly share: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
}

/**
 * At most `limit` points. When several buckets fall into one point it shows the worst of them (smallest share, largest
 * latency), so that no short outage disappears. `merged` says how many buckets a point stands for.
 */
export function thinned(points: readonly SeriesPoint[], limit: number): { points: DrawnPoint[]; merged: number } {
  const merged = Math.max(1, Math.ceil(points.length / limit));
  const drawn: DrawnPoint[] = [];
  for (let from = 0; from < points.length; from += merged) {
    const group = points.slice(from, from + merged);
    const first = group[0];
    if (first === undefined) break;
    drawn.push({
      at: first.at,
      share: extreme(group.map(shareOf), Math.min),
      p50: extreme(
        group.map((point) => point.p50),
        Math.max,
      ),
      p99: extreme(
        group.map((point) => point.p99),
        Math.max,
      ),
    });
  }
  return { points: drawn, merged };
}

export function shareOf(point: SeriesPoint): number | null {
  const all = point.ok + point.failed + point.unknown;
  return all > 0 ? point.ok / all : null;
}

function extreme(values: ReadonlyArray<number | null>, pick: (...values: number[]) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : pick(...known);
}
