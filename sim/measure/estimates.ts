import { type Interval, skewedInterval } from '../statistics/interval.ts';
import { studentFactor } from '../statistics/student.ts';
import { zeroFailureBound } from '../statistics/zero-failures.ts';
import { type Evidence, type RatioStudy, studyRatio } from './evidence.ts';
import { type LatencyHistogram, latencyCount, latencyQuantile, weightAbove } from './latency-histogram.ts';
import type { Estimate } from './measurement.ts';
import { lossInterval, rareError, unseenLoss } from './rare-loss.ts';
import type { Tally } from './tally.ts';

const nothing: Estimate = { value: null, interval: null, n: 0, method: 'none' };

const lostRequests = (tally: Tally): number => tally.failed + tally.unknown;
const downTime = (tally: Tally): number => tally.time.covered - tally.time.up;

/** Share of requests, or of time, that was lost; the raw study behind the availability estimate. */
export function studyUnavailability(evidence: Evidence, basis: 'requests' | 'time'): RatioStudy {
  return basis === 'requests'
    ? studyRatio(evidence, lostRequests, (tally) => tally.requests, true)
    : studyRatio(evidence, downTime, (tally) => tally.time.covered, true);
}

/** How far beyond what samples show the lost share may lie: losses too rare for them, and states nobody saw. */
export const unseenPart = (evidence: Evidence, study: RatioStudy, confidence: number): number =>
  evidence.unseenTime + unseenLoss(study.rare, rareError(confidence));

/** The same where no replication lost anything: they may have been lucky besides (rule of three). */
export function unseenWithoutLoss(evidence: Evidence, study: RatioStudy, confidence: number): number {
  const lucky = zeroFailureBound(study.n, confidence);
  return lucky * Math.min(evidence.unseenShare, study.ownShare) + unseenPart(evidence, study, confidence);
}

/**
 * Availability in [0, 1] with a t interval over replications; when no replication lost anything, the rule of three: at
 * most about 3/n of runs lose something, and one that does is taken to lose `unseenShare` of itself, or of what it
 * simulated for itself. The lower end is moved down by losses too rare for the samples of shared windows, and by the time
 * spent in states that were never seen.
 */
export function estimateAvailability(evidence: Evidence, basis: 'requests' | 'time', confidence: number): Estimate {
  const study = studyUnavailability(evidence, basis);
  if (Number.isNaN(study.mean) || (basis === 'time' && !evidence.timeKnown)) return nothing;
  const { n } = study;
  const value = 1 - study.mean;
  if (n < 2) return { value, interval: null, n, method: 'none' };
  if (study.allZero) {
    const most = unseenWithoutLoss(evidence, study, confidence);
    const method = evidence.method === 'episodes' ? 'episodes' : 'rule of three';
    return { value, interval: [Math.max(0, 1 - most), 1], n, method };
  }
  const method = evidence.method === 'episodes' ? 'episodes' : 't over replications';
  const lost = lossInterval(study, confidence);
  const most = lost === null ? 1 : lost[1] + evidence.unseenTime;
  return { value, interval: lost === null ? null : within([1 - most, 1 - lost[0]], 0, 1), n, method };
}

/**
 * Latency quantile of ok requests in microseconds, with Woodruff's interval (1952): the error of the share above the
 * quantile, estimated over replications, turned back into latencies. Null when fewer than 2/(1 − p) requests were seen.
 */
export function estimateLatency(evidence: Evidence, total: Tally, p: number, confidence: number): Estimate {
  const { latency } = total;
  const value = latencyQuantile(latency, p);
  if (value === null || observed(evidence) * (1 - p) < 2) return { ...nothing, n: evidence.histories.length };
  const study = studyRatio(
    evidence,
    (tally) => weightAbove(tally.latency, value),
    (tally) => tally.ok,
  );
  const { n } = study;
  if (n < 2 || Number.isNaN(study.standardError)) return { value, interval: null, n, method: 'none' };
  const half = studentFactor(confidence, study.df) * study.standardError;
  return { value, interval: quantilesAt(latency, p - half, p + half, value), n, method: 't over replications' };
}

/** Mean time in microseconds from a fault's end until service is back, per fault end, over replications. */
export function estimateRecovery(evidence: Evidence, confidence: number): Estimate {
  return meanSpan(
    evidence,
    confidence,
    ({ recovery }) => recovery.total,
    ({ recovery }) => recovery.count,
  );
}

/** What recovery takes at least: fault ends after which none was seen count with the time for which none was seen. */
export function leastRecovery(evidence: Evidence, confidence: number): Estimate {
  return meanSpan(
    evidence,
    confidence,
    ({ recovery }) => recovery.total + recovery.waited,
    ({ recovery }) => recovery.count + recovery.unrecovered,
  );
}

function meanSpan(
  evidence: Evidence,
  confidence: number,
  spans: (tally: Tally) => number,
  ends: (tally: Tally) => number,
): Estimate {
  const study = studyRatio(evidence, spans, ends);
  if (Number.isNaN(study.mean)) return nothing;
  const { n } = study;
  const interval = n < 2 ? null : skewedInterval(study, confidence);
  const bounded = interval === null ? null : within(interval, 0, Number.POSITIVE_INFINITY);
  return { value: study.mean, interval: bounded, n, method: interval === null ? 'none' : 't over replications' };
}

/** Requests that were really simulated and ok, windows counted once. */
function observed(evidence: Evidence): number {
  let ok = 0;
  for (const { own } of evidence.histories) ok += own.ok;
  for (const { samples } of evidence.types) for (const tally of samples) ok += tally.ok;
  return ok;
}

function quantilesAt(latency: LatencyHistogram, low: number, high: number, value: number): Interval | null {
  if (latencyCount(latency) === 0) return null;
  const a = latencyQuantile(latency, Math.max(0, low)) ?? value;
  const b = latencyQuantile(latency, Math.min(1, high)) ?? value;
  return [Math.min(a, value), Math.max(b, value)];
}

const within = ([low, high]: Interval, least: number, most: number): Interval => [
  Math.max(least, low),
  Math.min(most, high),
];
