import { liveForm } from '../plan/live-form.ts';
import type { Scenario } from '../plan/scenario.ts';
import { cellProblems } from './check-cells.ts';
import { nameProblems } from './check-names.ts';
import { referenceProblems } from './check-references.ts';
import { ruleProblems } from './check-rules.ts';
import { withHints } from './missing-hints.ts';
import { normalise } from './normalise.ts';
import type { Problem } from './problem.ts';
import { type ScenarioInput, scenarioSchema } from './schema.ts';
import { problemsOf } from './zod-problems.ts';

export type ReadResult =
  | { readonly ok: true; readonly scenario: Scenario }
  /** Never empty. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads written data (parsed YAML, or what a TypeScript file exports) as a scenario. Gives all problems of form and of
 * names at once; when the form is right also those of rules; when all that is right, those of cells and targets.
 */
export function readScenario(input: unknown): ReadResult {
  const parsed = scenarioSchema.safeParse(input);
  const references = referenceProblems(input);
  if (!parsed.success) {
    const problems = withHints(problemsOf(scenarioSchema, input, parsed.error.issues), input);
    return { ok: false, problems: [...problems, ...references] };
  }
  const scenario = normalise(parsed.data, input as ScenarioInput);
  const names = [...references, ...withHints(nameProblems(scenario), input), ...ruleProblems(scenario, parsed.data)];
  // Targets are looked up only in a topology that stands: else one wrong name would be told three times.
  const cells = names.length > 0 ? [] : [...cellProblems(scenario, []), ...liveProblems(scenario)];
  const problems = [...names, ...cells];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, scenario };
}

function liveProblems(scenario: Scenario): readonly Problem[] {
  const { live } = scenario;
  if (live === null || (live.faults === null && live.sweep === null)) return [];
  return cellProblems(liveForm(scenario), ['live']);
}
