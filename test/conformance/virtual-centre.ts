import type { Plan } from '../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { type Calibration, calibrated } from './calibration.ts';
import type { Case } from './cases.ts';
import { type Quantities, quantitiesOf } from './quantities.ts';
import { type Centre, centre } from './row.ts';

const virtualRuns = 20;

/**
 * The same arrivals and faults; only draws that a live world makes anew each time (service times) differ. `played` is what
 * a wrong simulator would make of the plan; it is measured by the plan's own fault windows.
 */
export async function virtualCentre(
  plan: Plan,
  calibration: Calibration,
  played: Plan = plan,
  runs = virtualRuns,
): Promise<Centre> {
  const found: Quantities[] = [];
  for (let run = 0; run < runs; run++) {
    const history = await runVirtualPlan(calibrated(played, calibration), { draws: run });
    found.push(quantitiesOf(plan, history));
  }
  return centre(found);
}

/** What the wrong simulators of a case make of its plan. */
export async function wrongCentres(
  { plan, wrong }: Pick<Case, 'plan' | 'wrong'>,
  calibration: Calibration,
  runs = virtualRuns,
): Promise<ReadonlyArray<{ readonly what: string; readonly centre: Centre }>> {
  const centres: Array<{ readonly what: string; readonly centre: Centre }> = [];
  for (const { what, played } of wrong) {
    centres.push({ what, centre: await virtualCentre(plan, calibration, played, runs) });
  }
  return centres;
}
