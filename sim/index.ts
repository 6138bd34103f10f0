/** What users of the package import: writing scenarios, reading them, and compiling plans. */

export { loadScenarioFile } from './live/load-scenario.ts';
export { type CellAxes, cells } from './plan/cells.ts';
export { compilePlan, type PlanChoice } from './plan/compile.ts';
export { planDigest, scenarioDigest } from './plan/digest.ts';
export { liveForm } from './plan/live-form.ts';
export type { Plan } from './plan/plan.ts';
export type { Scenario } from './plan/scenario.ts';
export { defineScenario, type ScenarioInput } from './scenario/define.ts';
export { type LocatedProblem, type Problem, ScenarioError } from './scenario/problem.ts';
export { readModuleScenario } from './scenario/read-module.ts';
export { readYamlScenario } from './scenario/read-yaml.ts';
