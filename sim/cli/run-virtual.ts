import { availableParallelism } from 'node:os';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { configurationWords } from '../../reports/view/axis-words.ts';
import { looksUpTo } from '../judge/looks.ts';
import { cells } from '../plan/cells.ts';
import { compilePlan } from '../plan/compile.ts';
import { isLongHorizon, runRequests } from '../plan/planned-requests.ts';
import type { Scenario } from '../plan/scenario.ts';
import { studyEveryRequest } from '../sweep/every-request.ts';
import { inProcess } from '../sweep/job.ts';
import { longHorizonDefaults, studyLongHorizon } from '../sweep/long-horizon/study-long-horizon.ts';
import type { CellStudy, StudyCell, StudyOptions } from '../sweep/study.ts';
import { runVirtualJob, virtualWorker } from '../sweep/virtual-job.ts';
import { workerPool } from '../sweep/worker-pool.ts';

export interface VirtualRunOptions {
  readonly seed: string;
  /** Worker threads; undefined: one a core, or none for a run too small to gain from them. */
  readonly workers: number | undefined;
  readonly interrupted: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface VirtualRun {
  readonly studies: readonly CellStudy[];
  readonly notes: readonly string[];
}

/** Fewer planned requests than this are simulated sooner than worker threads have started. */
const fewestForThreads = 20_000;

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
  const planned = runRequests(plans, run.replications.min);
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
  const long = isLongHorizon(planned);
  const workers = options.workers ?? (long || planned > fewestForThreads ? availableParallelism() : 1);
  const workforce = workers === 1 ? inProcess(runVirtualJob) : workerPool(virtualWorker, workers, options.interrupted);
  try {
    const studies = long
      ? await studyLongHorizon(all, workforce, { ...study, ...longHorizonDefaults })
      : await studyEveryRequest(all, workforce, study);
    const { aborted } = options.interrupted;
    if (aborted && (studies.length < all.length || studies.some(({ n }) => n === 0))) {
      throw new HoldfastError(
        'ERR_INTERRUPTED',
        `interrupted before every configuration had ${long ? 'all windows of its first look' : 'a replication'}; nothing was written`,
        { hint: 'let it run longer, or sweep fewer configurations' },
      );
    }
    return { studies, notes: long ? [longNote] : [] };
  } finally {
    await workforce.close();
  }
}

/** What a reader must know about the windows that one configuration's figures rest on; nothing where every request was simulated. */
export function windowNotes({ axes, notes }: CellStudy): readonly string[] {
  const where = configurationWords(Object.keys(axes), axes);
  return where === '' || notes.length === 0 ? notes : [`Windows of ${where}: ${notes.join(' ')}`];
}

const longNote =
  'Faults were drawn at full length; requests were simulated one by one in windows around every change, and steady stretches were measured once per state.';
