import { compilePlan, type PlanChoice } from '../../sim/plan/compile.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { readScenario } from '../../sim/scenario/read.ts';

/** The plan of a scenario object, read and compiled as a file would be. */
export function planOf(input: ScenarioInput, choice: PlanChoice = {}): Plan {
  const read = readScenario(input);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return compilePlan(read.scenario, choice);
}

/** A link that costs exactly `latency` one way. */
export const steadyLink = (latency: string) => ({ latency, jitter: '0s' });

/** The seeds an oracle is asked with: a formula that holds for one only by luck will not hold for all. */
export const seeds = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `oracle-${i + 1}`);
