import { arithmeticOf } from '../analytic/arithmetic.ts';
import { judge } from '../judge/judge.ts';
import { decisionConfidence } from '../judge/looks.ts';
import { worst } from '../judge/verdict.ts';
import { studyUnavailability } from '../measure/estimates.ts';
import type { Evidence } from '../measure/evidence.ts';
import { measure, pairable } from '../measure/measure.ts';
import type { Plan } from '../plan/plan.ts';
import { relativeHalfWidth } from './precision.ts';
import type { CellStudy, StopReason, StudyCell, StudyOptions } from './study.ts';

/** Why a cell is done at this look, or null: it goes on. */
export function stopReasonAt(look: number, plan: Plan, evidence: Evidence, options: StudyOptions): StopReason | null {
  const last = look === options.looks.length - 1;
  if (options.looks.length === 1) return 'fixed';
  if (relativeHalfWidth(studyUnavailability(evidence, 'requests'), options.confidence) <= options.precision) {
    return 'precision';
  }
  if (options.stopWhenDecided && plan.objectives.length > 0) {
    const verdicts = judge(plan.objectives, evidence, { confidence: split(options) });
    if (verdicts.every(({ verdict }) => verdict !== 'inconclusive')) return 'decided';
  }
  return last ? 'budget' : null;
}

/** Measures and judges a finished cell. Intervals have the study's confidence, decisions that of a look. */
export async function conclude(
  cell: StudyCell,
  plan: Plan,
  evidence: Evidence,
  options: StudyOptions,
  end: Pick<CellStudy, 'stopReason' | 'eventHash' | 'course' | 'notes'>,
): Promise<CellStudy> {
  const objectives = judge(plan.objectives, evidence, { confidence: split(options) });
  return {
    axes: cell.axes,
    plan,
    n: evidence.histories.length,
    evidence,
    measurement: measure(evidence, options.confidence),
    objectives,
    verdict: worst(objectives.map(({ verdict }) => verdict)),
    ...pairable(evidence),
    arithmetic: await arithmeticOf(plan),
    ...end,
  };
}

const split = (options: StudyOptions): number => decisionConfidence(options.confidence, options.looks.length);
