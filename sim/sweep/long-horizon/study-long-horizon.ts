import { decisionConfidence } from '../../judge/looks.ts';
import { studyUnavailability } from '../../measure/estimates.ts';
import type { Evidence } from '../../measure/evidence.ts';
import { rareError } from '../../measure/rare-loss.ts';
import { unseenLossShare } from '../../measure/unseen-loss.ts';
import { studentFactor } from '../../statistics/student.ts';
import { conclude, stopReasonAt } from '../conclude.ts';
import type { Workforce } from '../job.ts';
import type { CellStudy, StudyCell, StudyOptions } from '../study.ts';
import { allocateSamples, demandSamples, pursueRareLosses } from './allocate.ts';
import { CellInventory, type StretchWindows } from './cell-inventory.ts';
import { coverageNotes } from './coverage-notes.ts';
import { doubtsAbout } from './doubts.ts';
import { graveEnds, lengthenWindows } from './longer-windows.ts';
import { lastingLoss } from './loose-ends.ts';
import { unseenCluster } from './unseen-cluster.ts';
import { sharedTypes, windowEvidence, windowHash } from './window-evidence.ts';
import { catalogueRules, type WindowRules } from './window-rules.ts';
import { type WindowType, WindowTypes } from './window-types.ts';

export interface LongHorizonOptions extends StudyOptions {
  /** Windows in samples of a type that is shared, at least, if it can matter: see demandSamples. */
  readonly minWindows: number;
  /** Independent samples of any type that is shared, at least. */
  readonly pilotWindows: number;
  /** Samples of a type at most. */
  readonly maxWindows: number;
  readonly stretchWindows: StretchWindows;
  /** Requests that a loss nobody saw is taken to come in at once: see unseenCluster. */
  readonly clusterRequests: number;
  /** Requests of one type at most, for the sake of losses that may hide in it. */
  readonly rareRequests: number;
  /** Requests to simulate at most over all cells; beyond it no further samples are asked for. */
  readonly requestBudget: number;
  readonly rules: WindowRules;
}

export const longHorizonDefaults = {
  minWindows: 30,
  pilotWindows: 8,
  maxWindows: 480,
  stretchWindows: { asPlanned: 24, other: 3 },
  clusterRequests: 2,
  rareRequests: 2_000_000,
  requestBudget: 20_000_000,
  rules: catalogueRules,
} as const;

/**
 * Months of operation without simulating months. Faults are drawn at full length; the histories are cut into windows around
 * changes and stationary stretches between them; each kind is simulated request by request a bounded number of times and
 * shared by every replication and cell in which it occurs. The error of the shared means is part of every interval:
 * variance = between histories + Σ types mean count² × variance of the type's mean loss; and so is what few samples, or
 * samples without any loss, cannot exclude.
 * Plans have a stationary state (see steadyStateFindings).
 */
export async function studyLongHorizon(
  cells: readonly StudyCell[],
  workforce: Workforce,
  options: LongHorizonOptions,
): Promise<readonly CellStudy[]> {
  const types = new WindowTypes(options.pilotWindows);
  const running = cells.map((cell) => new CellInventory(cell, types, options.rules, options.stretchWindows));
  const studies = new Map<CellInventory, CellStudy>();
  // What an interrupted study has of a cell that went on: all of its last look, and nothing of the one that was cut off.
  const lastLooks = new Map<CellInventory, LookedAt>();
  let done = 0;
  for (const [look, n] of options.looks.entries()) {
    const open = running.filter((cell) => !studies.has(cell));
    for (const cell of open) await cell.grow(n);
    const simulate = async (): Promise<boolean> => {
      const known = done + types.missing();
      const before = done;
      return types.simulate(workforce, {
        ...(options.interrupted === undefined ? {} : { interrupted: options.interrupted }),
        onDone: (count) => {
          done = before + count;
          options.onProgress?.({ done, known, look });
        },
      });
    };
    let goesOn = true;
    do {
      for (const type of types.all()) type.want(type.isShared ? type.enough : type.distinct);
      goesOn = await simulate();
    } while (
      goesOn &&
      ((await settleLonger(open, types)) ||
        (await lengthenWindows(open, types, (cell) => toleranceOf(cell, options), budgetLeft(types, options))) ||
        askForMore(open, types, options))
    );
    if (!goesOn) {
      for (const [cell, { evidence, end }] of lastLooks) {
        const stopReason = 'interrupted';
        studies.set(cell, await conclude(cell.cell, cell.plan, evidence, options, { ...end, stopReason }));
      }
      break;
    }
    for (const cell of open) {
      const looked = await lookAt(cell, types, options);
      const stopReason = stopReasonAt(look, cell.plan, looked.evidence, options);
      if (stopReason === null) {
        lastLooks.set(cell, looked);
        continue;
      }
      lastLooks.delete(cell);
      const end = { ...looked.end, stopReason };
      studies.set(cell, await conclude(cell.cell, cell.plan, looked.evidence, options, end));
    }
  }
  return running.flatMap((cell) => studies.get(cell) ?? []);
}

/** What one look shows of a cell, whatever its windows are sampled for afterwards. */
interface LookedAt {
  readonly evidence: Evidence;
  readonly end: Pick<CellStudy, 'eventHash' | 'course' | 'notes'>;
}

async function lookAt(cell: CellInventory, types: WindowTypes, options: LongHorizonOptions): Promise<LookedAt> {
  const seen = evidenceOf(cell, options);
  const loose = graveEnds(cell, types, toleranceOf(cell, options));
  const doubts = await doubtsAbout(cell, seen, options.confidence, options.rules, isUnsettled(types), loose);
  // What may last until the next change was not simulated either.
  const evidence = { ...seen, unseenTime: Math.min(1, seen.unseenTime + lastingLoss(loose)), doubts };
  const notes = coverageNotes(cell.replications, {
    time: cell.unseenTime,
    lasting: lastingLoss(loose),
    cluster: options.clusterRequests,
    error: rareError(options.confidence),
  });
  return { evidence, end: { eventHash: windowHash(cell.replications), course: cell.course, notes } };
}

/** Times the warm-up of a state whose samples drift is doubled. */
const mostDoublings = 3;

/**
 * Rules say how long a state needs to settle; samples say whether it has. Where the second half of samples differs from
 * the first, the state gets twice the time, in the warm-up and in the windows that lead to it. True: it has to be done anew.
 */
async function settleLonger(open: readonly CellInventory[], types: WindowTypes): Promise<boolean> {
  const states = types.all().filter((type) => type.isStretch);
  const drifting = states.filter((type) => type.doublings < mostDoublings && type.drifts(states.length));
  for (const type of drifting) types.beMorePatient(type);
  if (drifting.length > 0) for (const cell of open) await cell.cutAnew();
  return drifting.length > 0;
}

/** States that drift however long they were given. */
function isUnsettled(types: WindowTypes): (type: WindowType) => boolean {
  const states = types.all().filter((type) => type.isStretch).length;
  return (type) => type.isStretch && type.doublings >= mostDoublings && type.drifts(states);
}

const evidenceOf = (cell: CellInventory, { clusterRequests }: LongHorizonOptions): Evidence =>
  windowEvidence(cell.replications, cell.faultTimes, {
    share: unseenLossShare([cell.plan]),
    time: cell.unseenTime,
    cluster: unseenCluster(cell.plan, clusterRequests),
  });

/**
 * Asks for more samples of types that can matter, and, where shared windows rather than histories keep a cell from its
 * precision or its verdict, of those that do; of the latter none once the budget is spent. False: there are enough.
 */
function askForMore(open: readonly CellInventory[], types: WindowTypes, options: LongHorizonOptions): boolean {
  const { precision, confidence, minWindows: least, pilotWindows: pilot, maxWindows } = options;
  const left = budgetLeft(types, options);
  for (const cell of open) {
    const evidence = evidenceOf(cell, options);
    const study = studyUnavailability(evidence, 'requests');
    if (Number.isNaN(study.standardError)) continue;
    const factor = studentFactor(confidence, study.df);
    // Finer than the precision asked for it need not be.
    const halfWidth = Math.max(factor * study.standardError, precision * study.mean);
    demandSamples(cell.replications, halfWidth, { pilot, least });
    const wanted = (precision * study.mean) / factor;
    // Half of the allowed variance is for the windows, half for the histories, of which more come with the next look.
    const target = (wanted * wanted) / 2;
    if (left <= 0) continue;
    if (target > 0 && study.shared.variance > target) {
      allocateSamples(cell.replications, study.mean, target, maxWindows);
    }
    pursueRare(cell, evidence, halfWidth, options);
  }
  for (const type of types.all()) type.want(type.isShared ? type.enough : type.distinct);
  return types.missing() > 0;
}

const budgetLeft = (types: WindowTypes, { requestBudget }: LongHorizonOptions): number =>
  types.all().reduce((left, type) => left - type.results.length * type.requestsPerSample, requestBudget);

/** What intervals allow for unseen losses need not be finer where no objective asks for more. */
const fineEnough = 0.0001;
const bases = ['requests', 'time'] as const;

/** A quarter of the half-width, or of the distance to the nearest limit, is little enough for losses that may hide. */
function pursueRare(cell: CellInventory, evidence: Evidence, halfWidth: number, options: LongHorizonOptions): void {
  const error = rareError(decisionConfidence(options.confidence, options.looks.length));
  const types = sharedTypes(cell.replications);
  for (const basis of bases) {
    const { mean, rare } = studyUnavailability(evidence, basis);
    const distance = distanceToLimit(cell, basis, mean);
    if (distance === null) continue;
    pursueRareLosses(types, rare, Math.max(halfWidth, distance) / 4, error, options.rareRequests);
  }
}

/** From the lost share `mean` to the nearest limit on this basis; null: nobody asks. */
function distanceToLimit(cell: CellInventory, basis: (typeof bases)[number], mean: number): number | null {
  const distances = cell.plan.objectives.flatMap((objective) =>
    objective.kind === 'availability' && objective.basis === basis ? [Math.abs(1 - objective.limit - mean)] : [],
  );
  if (distances.length > 0) return Math.min(...distances);
  return basis === 'time' ? null : fineEnough;
}

/** Share of the time that may be lost unseen without a difference: as for losses that may hide. */
function toleranceOf(cell: CellInventory, options: LongHorizonOptions): number {
  const evidence = evidenceOf(cell, options);
  return Math.min(
    ...bases.map((basis) => {
      const { mean, standardError, df } = studyUnavailability(evidence, basis);
      const distance = distanceToLimit(cell, basis, mean);
      if (distance === null) return Number.POSITIVE_INFINITY;
      const halfWidth = studentFactor(options.confidence, df) * standardError;
      return Math.max(Number.isNaN(halfWidth) ? 0 : halfWidth, Number.isNaN(distance) ? 0 : distance) / 4;
    }),
  );
}
