import { cellText } from '../scenario/check-cells.ts';
import { type CellAxes, cells } from './cells.ts';
import { checkPlan, type Finding, type Machine } from './check.ts';
import { steadyStateFindings } from './check-steady-state.ts';
import { compilePlan } from './compile.ts';
import { isLongHorizon, runRequests } from './planned-requests.ts';
import type { Scenario } from './scenario.ts';

interface Found {
  readonly first: Finding;
  readonly cell: CellAxes;
  cells: number;
  /** It has the same words in every cell that has it. */
  same: boolean;
}

/**
 * All findings for a scenario in an engine: of every cell, since only cells run. One that several cells have is told once,
 * with the first of them. Empty: go on.
 * @throws HoldfastError ERR_CELL, ERR_TARGET for a scenario whose cells were not checked when it was read
 */
export function checkForm(
  form: Scenario,
  seed: string,
  engine: 'virtual' | 'live',
  machine?: Machine,
): readonly Finding[] {
  const all = cells(form).map((cell) => ({ cell, plan: compilePlan(form, { seed, axes: cell }) }));
  const requests = runRequests(
    all.map(({ plan }) => plan),
    form.run.replications.min,
  );
  const long = engine === 'virtual' && isLongHorizon(requests);
  const found = new Map<string, Found>();
  for (const { cell, plan } of all) {
    for (const finding of [...checkPlan(plan, engine, machine), ...(long ? steadyStateFindings(plan) : [])]) {
      const key = `${finding.code} ${finding.about}`;
      const known = found.get(key);
      if (known === undefined) {
        found.set(key, { first: finding, cell, cells: 1, same: true });
        continue;
      }
      known.cells += 1;
      known.same &&= known.first.message === finding.message;
    }
  }
  return [...found.values()].map((one) => ({ ...one.first, message: words(one, all.length) }));
}

function words({ first, cell, cells: count, same }: Found, all: number): string {
  if (count === all && same) return first.message;
  if (count === 1) return `in the configuration ${cellText(cell)}: ${first.message}`;
  return `in ${count} of ${all} configurations, first ${cellText(cell)}: ${first.message}`;
}
