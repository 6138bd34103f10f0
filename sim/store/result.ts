import type { Arithmetic } from '../analytic/arithmetic.ts';
import type { Attainment } from '../judge/attainment.ts';
import type { CellComparison } from '../judge/compare-cells.ts';
import type { ObjectiveVerdict, Verdict } from '../judge/verdict.ts';
import type { Measurement, SeriesPoint } from '../measure/measurement.ts';

/** The one truth of a run (`result.json`). HTML, JUnit and the terminal are pure functions of it. */
export interface RunResult {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'holdfast'; readonly version: string };
  readonly scenario: {
    readonly name: string;
    readonly description: string;
    readonly file: string;
    readonly digest: string;
  };
  readonly engine: 'virtual' | 'live';
  readonly fidelity: 'L1' | 'L2' | 'L4';
  readonly behaviour: string;
  readonly seed: string;
  readonly confidence: number;
  readonly verdict: Verdict;
  readonly objectives: readonly ObjectiveVerdict[];
  readonly measurement: Measurement;
  /** One per point of the sweep, in plan order; a single cell without a sweep. */
  readonly cells: readonly CellResult[];
  /** Index into cells of the cheapest that meets all objectives, at equal cost the best; null when none does. */
  readonly cheapest: number | null;
  /** Index into cells of the configuration that the scenario itself states; null: the sweep leaves it out. */
  readonly asWritten: number | null;
  /** The cell that the result speaks of (cheapest, else the best) against its neighbours and against the one as written. */
  readonly comparisons: readonly CellComparison[];
  /** How the form that ran differs from the scenario (a live variant), a plain sentence; empty: it does not. */
  readonly variant: string;
  readonly axes: ReadonlyArray<{ readonly name: string; readonly values: ReadonlyArray<string | number> }>;
  /** A replication drawn for the reader: the first of the cell that the report is about. Times in seconds. */
  readonly timeline: Timeline | null;
  /**
   * The same replication of another cell, on the same requests and faults: the one as written, else the worst. Absent or
   * null without a sweep, where no other cell did worse, and live.
   */
  readonly contrast?: Timeline | null | undefined;
  /** SHA-256 over (cell, replication, hash) in plan order, whatever the worker count. */
  readonly eventHash: string;
  readonly stopReason: 'precision' | 'decided' | 'budget' | 'fixed' | 'interrupted';
  /** Model limits and anything a reader must know: plain sentences. */
  readonly notes: readonly string[];
}

export interface CellResult {
  readonly axes: Readonly<Record<string, string | number>>;
  readonly planDigest: string;
  readonly behaviour: string;
  /** Replications. */
  readonly n: number;
  readonly measurement: Measurement;
  readonly objectives: readonly ObjectiveVerdict[];
  readonly verdict: Verdict;
  readonly cost: number;
  /** Nothing is staged and the run is long: losses may be told as time in a year, the mean as that of the long run. */
  readonly perYear: boolean;
  /** Null where no fault stops a part, and where there is no closed form. */
  readonly arithmetic: Arithmetic | null;
  readonly eventHash: string;
  /** Per replication unavailability, for paired comparison with a baseline on the same seeds; null: it sent no request. */
  readonly perReplication: ReadonlyArray<number | null>;
  /** How many of them met the objective for availability on their own; null where none is judged. */
  readonly attainment: Attainment | null;
  /** Long horizons only, else 0: variance that estimates shared by all replications add to the mean unavailability. */
  readonly sharedVariance: number;
}

export interface Timeline {
  readonly cell: number;
  readonly replication: number;
  readonly bucketSeconds: number;
  readonly points: readonly SeriesPoint[];
  readonly lanes: readonly TimelineLane[];
  /** Where in the run `points` and `lanes` begin; their own times count from there. */
  readonly from: number;
  /** The whole replication, where `points` show a part of it: a long run with its worst episode enlarged. */
  readonly whole: WholeRun | null;
}

/** A whole replication that was combined from windows. Seconds from the start of the run. */
export interface WholeRun {
  readonly seconds: number;
  readonly lanes: readonly TimelineLane[];
  /** Stretches in which some part did not work or had just changed, in order; where windows are shared, their means. */
  readonly spans: ReadonlyArray<{
    readonly from: number;
    readonly to: number;
    readonly requests: number;
    readonly lost: number;
  }>;
  /** Requests of the whole replication, and those lost outside `spans`. */
  readonly requests: number;
  readonly lostElsewhere: number;
  /** Fault windows that are not among `lanes`, because there are too many to draw. */
  readonly moreFaults: number;
  /** Where `lanes` or `spans` leave something out: what is told in words, from all of it. */
  readonly beforeCut?:
    | {
        /** Times in which something did not work, in order; `lostElsewhere`: outside of them. */
        readonly episodes: ReadonlyArray<
          WholeRun['spans'][number] & {
            /** `site loss of site paris`, in order of their start. */
            readonly faults: readonly string[];
          }
        >;
        readonly lostElsewhere: number;
        /** Lost while faults of these kinds were on, largest first. */
        readonly byFault: ReadonlyArray<{ readonly faults: string; readonly lost: number }>;
      }
    | undefined;
}

/** Fault bars of one part; `letter` and `kind` from the catalogue, seconds from the start. */
export interface TimelineLane {
  readonly part: string;
  readonly bars: ReadonlyArray<{
    readonly kind: string;
    readonly letter: string;
    readonly from: number;
    readonly to: number;
  }>;
}
