import {
  estimateAvailability,
  estimateLatency,
  estimateRecovery,
  leastRecovery,
  studyUnavailability,
  unseenPart,
} from '../measure/estimates.ts';
import { type Evidence, totalTally } from '../measure/evidence.ts';
import { idleFaults } from '../measure/fault-hits.ts';
import type { Estimate } from '../measure/measurement.ts';
import type { Tally } from '../measure/tally.ts';
import type { ObjectivePlan } from '../plan/plan.ts';
import { moreRuns, moreRunsWithoutLoss } from './more-runs.ts';
import type { ObjectiveVerdict, Verdict } from './verdict.ts';

export interface JudgeOptions {
  /** Confidence of this decision, already split over the looks. */
  readonly confidence: number;
}

/**
 * Each objective against its interval: met when the whole interval is on the good side (the limit itself is good), missed
 * when the whole of it is on the bad side, else inconclusive with the reason and how many more replications it would take.
 * A fault that hit nothing, a fault end without a seen recovery and evidence that contradicts itself take back a `met` but
 * never a `missed`. A recovery that was not seen for longer than the limit is a miss.
 */
export function judge(
  objectives: readonly ObjectivePlan[],
  evidence: Evidence,
  { confidence }: JudgeOptions,
): readonly ObjectiveVerdict[] {
  const total = totalTally(evidence);
  const idle = idleFaults(total.faultHits);
  return objectives.map((objective) => {
    const estimate = estimateFor(objective, evidence, total, confidence);
    const found = decide(objective, estimate, evidence, confidence);
    const doubt = found.verdict === 'met' ? doubtAbout(objective, evidence, total, idle) : '';
    return {
      name: objective.name,
      kind: objective.kind,
      verdict: doubt === '' ? found.verdict : 'inconclusive',
      value: estimate.value,
      interval: estimate.interval,
      limit: objective.limit,
      n: estimate.n,
      reason: doubt === '' ? found.reason : doubt,
    };
  });
}

function estimateFor(objective: ObjectivePlan, evidence: Evidence, total: Tally, confidence: number): Estimate {
  switch (objective.kind) {
    case 'availability':
      return estimateAvailability(evidence, objective.basis, confidence);
    case 'latency':
      return estimateLatency(evidence, total, objective.quantile, confidence);
    case 'recovery':
      return estimateRecovery(evidence, confidence);
  }
}

interface Decision {
  readonly verdict: Verdict;
  readonly reason: string;
}

function decide(objective: ObjectivePlan, estimate: Estimate, evidence: Evidence, confidence: number): Decision {
  const { value, interval, n } = estimate;
  if (objective.kind === 'recovery' && neverRecovers(objective.limit, evidence, confidence)) {
    return { verdict: 'missed', reason: '' };
  }
  const open = (reason: string): Decision => ({ verdict: 'inconclusive', reason });
  if (value === null) {
    return open(objective.kind === 'recovery' ? noRecovery(evidence) : 'too few requests to measure');
  }
  if (interval === null) return open(n < 2 ? tooFew(evidence.histories.length) : 'no interval could be made');
  const [low, high] = interval;
  const higherIsBetter = objective.kind === 'availability';
  const good = higherIsBetter ? low >= objective.limit : high <= objective.limit;
  const bad = higherIsBetter ? high < objective.limit : low > objective.limit;
  if (good) return { verdict: 'met', reason: '' };
  if (bad) return { verdict: 'missed', reason: '' };
  if (objective.kind === 'availability' && value >= objective.limit) {
    const hidden = unseenPart(evidence, studyUnavailability(evidence, objective.basis), confidence);
    if (low + hidden >= objective.limit) {
      return open(
        `the interval contains the limit only for what was never simulated (${share(hidden)} of all); ${unseenWhy[evidence.method]}`,
      );
    }
  }
  const runs = evidence.histories.length;
  const more =
    estimate.method === 'rule of three'
      ? moreRunsWithoutLoss((1 - objective.limit) / evidence.unseenShare, n, confidence, runs)
      : moreRuns(runs, Math.max(value - low, high - value), Math.abs(value - objective.limit));
  return open(`the interval contains the limit; ${more}`);
}

/** Without a seen recovery the time for which none was seen is a bound, and may be over the limit by itself. */
function neverRecovers(limit: number, evidence: Evidence, confidence: number): boolean {
  const { interval } = leastRecovery(evidence, confidence);
  return interval !== null && interval[0] > limit;
}

function noRecovery(evidence: Evidence): string {
  const unseen = unseenRecoveries(totalTally(evidence));
  return unseen === '' ? 'no fault ended in any replication' : unseen;
}

/** Empty when every recovery was seen. */
function unseenRecoveries({ recovery }: Tally): string {
  if (recovery.unrecovered === 0) return '';
  // Combined from windows it may be a fraction of one.
  const ends = Math.max(1, Math.round(recovery.unrecovered));
  return `after ${ends} ${ends === 1 ? 'fault' : 'faults'} no recovery was seen before the next fault or the end of the run`;
}

const tooFew = (replications: number): string =>
  replications < 2
    ? 'one replication has no interval'
    : `only one of ${replications} replications has anything to measure, and one has no interval`;

const unseenWhy: Readonly<Record<Evidence['method'], string>> = {
  'every-request': 'no replication drew it: more replications, or longer ones, may show it',
  episodes:
    'no replication drew it, or it is too rare for the windows there are: more replications may show it, or a shorter run that simulates every request',
};

/** Two significant digits: `0.012 %`. */
const share = (of: number): string => `${Number((100 * of).toPrecision(2))} %`;

function doubtAbout(objective: ObjectivePlan, evidence: Evidence, total: Tally, idle: readonly string[]): string {
  if (evidence.doubts.length > 0) return evidence.doubts.join('; ');
  if (idle.length > 0) return `a fault hit nothing: ${idle.join('; ')}`;
  if (objective.kind === 'recovery') return unseenRecoveries(total);
  return '';
}
