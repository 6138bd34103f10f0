import { studyUnavailability } from '../../measure/estimates.ts';
import type { Evidence } from '../../measure/evidence.ts';
import { unseenLossShare } from '../../measure/unseen-loss.ts';
import { studentFactor } from '../../statistics/student.ts';
import { conclude, stopReasonAt } from '../conclude.ts';
import type { Workforce } from '../job.ts';
import type { CellStudy, StudyCell, StudyOptions } from '../study.ts';
import { allocateSamples } from './allocate.ts';
import { CellInventory, type StretchWindows } from './cell-inventory.ts';
import { coverageNotes } from './coverage-notes.ts';
import { isShared, windowEvidence, windowHash } from './window-evidence.ts';
import { catalogueRules, type WindowRules } from './window-rules.ts';
import { WindowTypes } from './window-types.ts';

export interface LongHorizonOptions extends StudyOptions {
  /** Independent samples of a type that is shared, at least (30); fewer make its error unknown. */
  readonly minWindows: number;
  /** Samples of a type at most. */
  readonly maxWindows: number;
  readonly stretchWindows: StretchWindows;
  /** Requests to simulate at most over all cells; beyond it no further samples are asked for. */
  readonly requestBudget: number;
  readonly rules: WindowRules;
}

export const longHorizonDefaults = {
  minWindows: 30,
  maxWindows: 480,
  stretchWindows: { asPlanned: 4, other: 1 },
  requestBudget: 20_000_000,
  rules: catalogueRules,
} as const;

/**
 * Months of operation without simulating months. Faults are drawn at full length; the histories are cut into windows around
 * changes and stationary stretches between them; each kind is simulated request by request a bounded number of times and
 * shared by every replication and cell in which it occurs. The error of the shared means is part of every interval:
 * variance = between histories + Σ types mean count² × variance of the type's mean loss.
 */
export async function studyLongHorizon(
  cells: readonly StudyCell[],
  workforce: Workforce,
  options: LongHorizonOptions,
): Promise<readonly CellStudy[]> {
  const types = new WindowTypes();
  const running = cells.map((cell) => new CellInventory(cell, types, options.rules, options.stretchWindows));
  const studies = new Map<CellInventory, CellStudy>();
  let done = 0;
  for (const [look, n] of options.looks.entries()) {
    const open = running.filter((cell) => !studies.has(cell));
    for (const cell of open) await cell.grow(n);
    for (const type of types.all()) {
      type.want(isShared(type, options.minWindows) ? options.minWindows : type.distinct);
    }
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
    let goesOn = await simulate();
    while (goesOn && askForMore(open, types, options)) goesOn = await simulate();
    if (!goesOn) break;
    for (const cell of open) {
      const evidence = evidenceOf(cell, options);
      const stopReason = stopReasonAt(look, cell.plan, evidence, options);
      if (stopReason === null) continue;
      const eventHash = windowHash(cell.replications, options.minWindows);
      const notes = coverageNotes(cell.replications);
      studies.set(cell, conclude(cell.cell, cell.plan, evidence, options, { stopReason, eventHash, notes }));
    }
  }
  return running.flatMap((cell) => studies.get(cell) ?? []);
}

const evidenceOf = (cell: CellInventory, { minWindows }: LongHorizonOptions): Evidence =>
  windowEvidence(cell.replications, minWindows, unseenLossShare([cell.plan]));

/** More samples where shared windows, not histories, keep a cell from its precision; none once the budget is spent. */
function askForMore(open: readonly CellInventory[], types: WindowTypes, options: LongHorizonOptions): boolean {
  const spent = types.all().reduce((sum, type) => sum + type.results.length * type.requestsPerSample, 0);
  if (options.precision <= 0 || spent >= options.requestBudget) return false;
  let asked = false;
  for (const cell of open) {
    const study = studyUnavailability(evidenceOf(cell, options), 'requests');
    if (study.allZero || Number.isNaN(study.standardError)) continue;
    const wanted = (options.precision * study.mean) / studentFactor(options.confidence, study.df);
    // Half of the allowed variance is for the windows, half for the histories, of which more come with the next look.
    const target = (wanted * wanted) / 2;
    if (study.shared.variance <= target) continue;
    const limits = { minWindows: options.minWindows, most: options.maxWindows };
    asked = allocateSamples(cell.replications, study.mean, target, limits) || asked;
  }
  return asked;
}
