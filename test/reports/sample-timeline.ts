import type { SeriesPoint } from '../../sim/measure/measurement.ts';
import type { Timeline, TimelineLane, WholeRun } from '../../sim/store/result.ts';

interface Span {
  readonly part: string;
  readonly kind: string;
  readonly letter: string;
  readonly from: number;
  readonly to: number;
  /** Share of requests lost while it lasts. */
  readonly felt: number;
}

const minute = 60;
const hour = 3_600;
const day = 86_400;

function lanes(spans: readonly Span[], parts: readonly string[]): TimelineLane[] {
  return parts.map((part) => ({
    part,
    bars: spans.filter((span) => span.part === part).map(({ kind, letter, from, to }) => ({ kind, letter, from, to })),
  }));
}

const overlap = (span: Span, from: number, to: number): number =>
  Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));

/** Thirty days with crashes, a site loss, a shared egress failure and a token outage; the egress failure enlarged. */
export function monthTimeline(): Timeline {
  const crash = (part: string, at: number): Span => ({
    part,
    kind: 'connector crash',
    letter: 'C',
    from: at,
    to: at + 8 * minute,
    felt: 0.06,
  });
  const spans: Span[] = [
    crash('connector/paris/1', 2.3 * day),
    crash('connector/paris/1', 17.9 * day),
    crash('connector/paris/2', 9.1 * day),
    crash('connector/lyon/1', 5.6 * day),
    crash('connector/lyon/1', 6.0 * day),
    crash('connector/lyon/2', 21.4 * day),
    { part: 'site/paris', kind: 'site loss', letter: 'P', from: 12.4 * day, to: 12.4 * day + 2 * hour, felt: 0.08 },
    {
      part: 'egress/shared',
      kind: 'egress down',
      letter: 'E',
      from: 19.2 * day,
      to: 19.2 * day + 20 * minute,
      felt: 1,
    },
    { part: 'token-service', kind: 'token outage', letter: 'T', from: 26 * day, to: 26 * day + 45 * minute, felt: 0.3 },
  ];
  const requestsPerSecond = 100;
  const parts = ['connector/paris/1', 'connector/paris/2', 'connector/lyon/1', 'connector/lyon/2'];
  const all = lanes(spans, [...parts, 'site/paris', 'egress/shared', 'token-service']);
  // Each fault is a stretch in which it is felt, and one after it in which a little of it still is.
  const stretches = [...spans]
    .sort((a, b) => a.from - b.from)
    .flatMap(({ from, to, felt }) => {
      const span = (start: number, end: number, lost: number) => {
        const requests = requestsPerSecond * (end - start);
        return { from: start, to: end, requests, lost: requests * lost };
      };
      return [span(from - 10, to, felt), span(to, to + minute, felt / 10)];
    });
  const whole: WholeRun = {
    seconds: 30 * day,
    lanes: all,
    spans: stretches,
    requests: requestsPerSecond * 30 * day,
    lostElsewhere: 50,
    moreFaults: 0,
  };
  const from = 19.2 * day - 5 * minute;
  const egress = spans.find(({ part }) => part === 'egress/shared');
  const bucketSeconds = 10;
  const points: SeriesPoint[] = Array.from({ length: 180 }, (_, i) => {
    const at = i * bucketSeconds;
    const hit = egress === undefined ? 0 : overlap(egress, from + at, from + at + bucketSeconds) / bucketSeconds;
    const requests = requestsPerSecond * bucketSeconds;
    const failed = Math.round(requests * hit);
    const p50 = hit >= 1 ? null : Math.round(58_000 + 700 * Math.sin(i * 1.7));
    const p99 = hit >= 1 ? null : Math.round(240_000 + 9_000 * Math.sin(i * 2.9));
    return { at, ok: requests - failed, failed, unknown: 0, p50, p99 };
  });
  const bars = [{ kind: 'egress down', letter: 'E', from: 5 * minute, to: 25 * minute }];
  return { cell: 6, replication: 0, bucketSeconds, points, lanes: [{ part: 'egress/shared', bars }], from, whole };
}

/** Seventy-five minutes in buckets of 10 s: served share falls while sessions end, as 1 - t/75 then (90 - t)²/4500. */
export function minutesTimeline(): Timeline {
  const start = 10 * minute;
  const length = 45 * minute;
  const spans: Span[] = [
    { part: 'token-service', kind: 'token outage', letter: 'T', from: start, to: start + length, felt: 0 },
  ];
  const points: SeriesPoint[] = Array.from({ length: 450 }, (_, i) => {
    const at = i * 10;
    const t = (at - start) / 60;
    const gone = t < 0 ? 0 : t < 45 ? t / 75 : Math.max(0, 0.6 * (1 - (t - 45) / 0.8));
    const requests = 92 + Math.round(6 * Math.sin(i * 1.3));
    const failed = Math.round(requests * gone);
    const nothing = i === 200;
    return {
      at,
      ok: nothing ? 0 : requests - failed,
      failed: nothing ? 0 : failed,
      unknown: i === 449 ? 2 : 0,
      p50: nothing ? null : Math.round(8_300 + 200 * Math.sin(i)),
      p99: nothing ? null : Math.round(52_000 + 9_000 * Math.sin(i * 0.7) + (t > 45 && t < 47 ? 180_000 : 0)),
    };
  });
  return {
    cell: 0,
    replication: 0,
    bucketSeconds: 10,
    points,
    lanes: lanes(spans, ['token-service']),
    from: 0,
    whole: null,
  };
}
