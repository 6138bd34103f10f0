import { availableParallelism } from 'node:os';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { type Instant, instant } from '../../proxy/host/units.ts';
import { arithmeticOf } from '../analytic/arithmetic.ts';
import { looksUpTo } from '../judge/looks.ts';
import { cells } from '../plan/cells.ts';
import { compilePlan } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../plan/scenario.ts';
import type { CellResult, Timeline } from '../store/result.ts';
import { studyEveryRequest } from '../sweep/every-request.ts';
import { inProcess } from '../sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../sweep/long-horizon/study-long-horizon.ts';
import { type CellStudy, plannedRequests, type StudyCell, type StudyOptions } from '../sweep/study.ts';
import { runVirtualJob, virtualWorker } from '../sweep/virtual-job.ts';
import { workerPool } from '../sweep/worker-pool.ts';
import { runVirtualPlan } from '../virtual/engine.ts';
import { timelineOf } from './timeline.ts';

export interface VirtualRunOptions {
  readonly seed: string;
  /** Worker threads; undefined: one a core, or none for a run too small to gain from them. */
  readonly workers: number | undefined;
  readonly interrupted: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface VirtualRun {
  readonly studies: readonly CellStudy[];
  readonly timeline: Timeline | null;
  /** Independent-failure arithmetic beside its floor, per cell in plan order. */
  readonly arithmetic: ReadonlyArray<CellResult['arithmetic']>;
  readonly notes: readonly string[];
}

/** Above this many planned requests a run combines windows around changes instead of simulating every request. */
const mostRequests = 20_000_000;
/** Fewer planned requests than this are simulated sooner than worker threads have started. */
const fewestForThreads = 20_000;
/** A timeline shows at most this much of a run, around its first fault. */
const timelineSpan = 1_200_000_000;

/** Every cell of a scenario in virtual time, on common random numbers. */
export async function runVirtual(scenario: Scenario, options: VirtualRunOptions): Promise<VirtualRun> {
  const { run } = scenario;
  const all = cells(scenario).map(
    (axes): StudyCell => ({
      axes,
      plan: (replication) => compilePlan(scenario, { seed: options.seed, replication, axes }),
    }),
  );
  const plans = all.map((cell) => cell.plan(0));
  const planned = plans.reduce((sum, plan) => sum + plannedRequests(plan) * run.replications.min, 0);
  const study: StudyOptions = {
    confidence: run.confidence,
    looks:
      run.replications.min === run.replications.max
        ? [run.replications.max]
        : looksUpTo(run.replications.max, run.replications.min),
    precision: run.precision,
    stopWhenDecided: true,
    onProgress: ({ done, known }) => options.onProgress(done, known),
    interrupted: () => options.interrupted.aborted,
  };
  const long = planned > mostRequests;
  const workers = options.workers ?? (long || planned > fewestForThreads ? availableParallelism() : 1);
  const workforce = workers === 1 ? inProcess(runVirtualJob) : workerPool(virtualWorker, workers);
  try {
    const studies = long
      ? await studyLongHorizon(all, workforce, { ...study, ...longHorizonDefaults })
      : await studyEveryRequest(all, workforce, study);
    const { aborted } = options.interrupted;
    if (aborted && (studies.length < all.length || studies.some(({ n }) => n === 0))) {
      throw new HoldfastError(
        'ERR_INTERRUPTED',
        'interrupted before every cell had a replication; nothing was written',
        { hint: 'let it run longer, or sweep fewer cells' },
      );
    }
    const [first] = plans;
    const timeline = first === undefined || aborted ? null : await drawTimeline(first);
    // how well windows stand for a month differs little between cells: one cell speaks for all
    const notes = studies.at(-1)?.notes ?? [];
    const arithmetic = await Promise.all(studies.map(({ plan }) => arithmeticOf(plan)));
    return { studies, timeline, arithmetic, notes: long ? [longNote, ...timelineNote(first), ...notes] : notes };
  } finally {
    await workforce.close();
  }
}

const longNote =
  'Faults were drawn at full length; requests were simulated one by one in windows around every change, and steady stretches were measured once per state.';

/** The first replication of the first cell, or the part of it around its first fault when it is long. */
async function drawTimeline(plan: Plan): Promise<Timeline> {
  const first = plan.faults[0]?.at ?? 0;
  const from: Instant = instant(plan.horizon <= timelineSpan ? 0 : Math.max(0, first - timelineSpan / 10));
  const to = instant(Math.min(plan.horizon, from + timelineSpan));
  const history = await runVirtualPlan(plan, { from, to });
  return timelineOf(plan, history, 0, { from, to });
}

/** Says which part of a long run the timeline shows. */
function timelineNote(plan: Plan | undefined): readonly string[] {
  const first = plan?.faults[0];
  if (plan === undefined || first === undefined || plan.horizon <= timelineSpan) return [];
  const day = 1 + Math.floor(first.at / 86_400_000_000);
  return [`The timeline shows 20 minutes around the first fault of the first replication, on day ${day}.`];
}
