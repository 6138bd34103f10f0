import { liveForm } from '../plan/live-form.ts';
import type { Scenario } from '../plan/scenario.ts';
import { cellProblems } from './check-cells.ts';
import { nameProblems } from './check-names.ts';
import { referenceProblems } from './check-references.ts';
import { ruleProblems } from './check-rules.ts';
import { ownProblems } from './consequences.ts';
import { withHints } from './missing-hints.ts';
import { normalise } from './normalise.ts';
import { type Problem, pathText } from './problem.ts';
import { salvage } from './salvage.ts';
import { type ScenarioInput, scenarioSchema } from './schema.ts';
import { problemsOf } from './zod-problems.ts';

export type ReadResult =
  | { readonly ok: true; readonly scenario: Scenario }
  /** Never empty. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads written data (parsed YAML, or what a TypeScript file exports) as a scenario. Gives all problems at once: of form
 * and of names, and, of all that is right, those of rules, sweep and targets. What only follows from another is not told.
 */
export function readScenario(input: unknown): ReadResult {
  const parsed = scenarioSchema.safeParse(input);
  const form = parsed.success ? [] : withHints(problemsOf(scenarioSchema, input, parsed.error.issues), input);
  const told = [...form, ...referenceProblems(input)];
  if (parsed.success && told.length === 0) {
    const scenario = normalise(parsed.data, input as ScenarioInput);
    const names = nameProblems(scenario);
    const further = [...ruleProblems(scenario, parsed.data), ...partProblems(scenario)];
    const problems = [...withHints(names, input), ...ownProblems(further, names, input)];
    return problems.length > 0 ? { ok: false, problems } : { ok: true, scenario };
  }
  // of names that are not there only those of sites keep a topology from being looked at
  const sites = told.filter(({ key, path }) => key && path[3] === 'connectors').map(({ path }) => path);
  const left = salvage(scenarioSchema, input, sites);
  if (left === undefined) return { ok: false, problems: told };
  const scenario = normalise(left.output, left.data as ScenarioInput);
  const found = [...nameProblems(scenario), ...ruleProblems(scenario, left.output), ...partProblems(scenario)];
  const further = found.map((one) => ({ ...one, path: left.origin(one.path) }));
  return { ok: false, problems: [...told, ...withHints(ownProblems(further, told, input), input)] };
}

/** Of cells and targets, here and in the live form. */
function partProblems(scenario: Scenario): readonly Problem[] {
  const told = cellProblems(scenario, []);
  return [...told, ...liveProblems(scenario, told)];
}

/** What the live form has besides `told`: a sweep that it takes over is told once. */
function liveProblems(scenario: Scenario, told: readonly Problem[]): readonly Problem[] {
  const { live } = scenario;
  if (live === null || (live.faults === null && live.sweep === null)) return [];
  const known = new Set(
    told.flatMap(({ path, message }) => [
      `${pathText(path)} ${message}`,
      ...(live.sweep === null && path[0] === 'sweep' ? [`${pathText(['live', ...path])} ${message}`] : []),
    ]),
  );
  return cellProblems(liveForm(scenario), ['live']).filter(
    ({ path, message }) => !known.has(`${pathText(path)} ${message}`),
  );
}
