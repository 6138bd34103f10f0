import { estimateAvailability, estimateLatency, estimateRecovery, studyUnavailability } from './estimates.ts';
import { type Evidence, totalTally } from './evidence.ts';
import { idleFaults, namedHits } from './fault-hits.ts';
import type { Measurement } from './measurement.ts';

/** All figures of one cell at `confidence` (0.95: 95 %). */
export function measure(evidence: Evidence, confidence: number): Measurement {
  const total = totalTally(evidence);
  const latency = (p: number) => estimateLatency(evidence, total, p, confidence);
  return {
    requests: total.requests,
    ok: total.ok,
    failed: total.failed,
    unknown: total.unknown,
    availability: estimateAvailability(evidence, 'requests', confidence),
    timeAvailability: estimateAvailability(evidence, 'time', confidence),
    latency: { p50: latency(0.5), p99: latency(0.99), p999: latency(0.999) },
    recovery: estimateRecovery(evidence, confidence),
    unrecovered: total.recovery.unrecovered,
    losses: total.losses,
    idleFaults: idleFaults(total.faultHits),
    faultHits: namedHits(total.faultHits),
    method: evidence.method,
  };
}

/**
 * Unavailability by requests of each replication, null of one that sent none, and the variance of its mean that shared
 * windows add: what a baseline keeps.
 */
export function pairable(evidence: Evidence): {
  perReplication: ReadonlyArray<number | null>;
  sharedVariance: number;
} {
  const study = studyUnavailability(evidence, 'requests');
  return { perReplication: study.perHistory, sharedVariance: study.shared.variance };
}
