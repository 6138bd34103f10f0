import type { Arithmetic } from '../analytic/arithmetic.ts';
import type { ObjectiveVerdict, Verdict } from '../judge/verdict.ts';
import type { Evidence } from '../measure/evidence.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Plan } from '../plan/plan.ts';

/** One point of a sweep: a plan for every replication number, on common random numbers with the other cells. */
export interface StudyCell {
  readonly axes: Readonly<Record<string, string | number>>;
  /** 0-based; pure. */
  plan(replication: number): Plan;
}

export interface StudyOptions {
  /** Of the intervals, e.g. 0.95. */
  readonly confidence: number;
  /** Replication counts at which cells are judged, rising; the last is the cap. See looksUpTo. */
  readonly looks: readonly number[];
  /** A cell is done when the half-width of its unavailability is at most this share of it; 0: never. */
  readonly precision: number;
  /** A cell is also done when all its objectives are met or missed. */
  readonly stopWhenDecided: boolean;
  readonly onProgress?: (progress: StudyProgress) => void;
  /** Asked between pieces of work; true ends the study with what there is. */
  readonly interrupted?: () => boolean;
}

export interface StudyProgress {
  /** Pieces of work done and known so far; `known` grows at every look. */
  readonly done: number;
  readonly known: number;
  /** 0-based, of options.looks. */
  readonly look: number;
}

export type StopReason = 'precision' | 'decided' | 'budget' | 'fixed' | 'interrupted';

/** A stretch of one replication, [from, to) in microseconds: requests sent and lost in it, may be fractional. */
export interface CourseSpan {
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly lost: number;
  /** Nothing changes in it and every part works. */
  readonly asPlanned: boolean;
}

/** One cell, studied. */
export interface CellStudy {
  readonly axes: StudyCell['axes'];
  readonly plan: Plan;
  readonly n: number;
  readonly evidence: Evidence;
  readonly measurement: Measurement;
  readonly objectives: readonly ObjectiveVerdict[];
  readonly verdict: Verdict;
  readonly perReplication: ReadonlyArray<number | null>;
  readonly sharedVariance: number;
  /** Independent-failure arithmetic and the floor of shared parts; null where no fault stops a part. */
  readonly arithmetic: Arithmetic | null;
  /** SHA-256 over what was simulated, in plan order. */
  readonly eventHash: string;
  readonly stopReason: StopReason;
  /** Replication 0 in order of time, where it was combined from windows; null: every request was simulated. */
  readonly course: readonly CourseSpan[] | null;
  /** Plain sentences a reader must know. */
  readonly notes: readonly string[];
}
