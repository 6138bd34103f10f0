import { HoldfastError } from '../../proxy/host/errors.ts';
import { canonicalJson } from './canonical.ts';
import { compilePlan } from './compile.ts';
import type { Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';

/**
 * Which cell of a sweep is the configuration that the scenario itself states, before any axis is turned: the one whose plan
 * is the same but for its coordinates. `plans`: of one replication, in plan order. Null: the sweep has no such cell, or the
 * scenario cannot run as written (only its cells can).
 */
export function asWrittenCell(scenario: Scenario, plans: readonly Plan[]): number | null {
  const [first] = plans;
  if (first === undefined) return null;
  try {
    const { seed, replication } = first;
    const written = bare(compilePlan(scenario, { seed, replication }));
    const at = plans.findIndex((plan) => bare(plan) === written);
    return at < 0 ? null : at;
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}

const bare = (plan: Plan): string => canonicalJson({ ...plan, axes: {} });
