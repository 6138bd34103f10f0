import { canonicalJson } from './canonical.ts';
import type { Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { sha256 } from './sha256.ts';

/** Identifies a run: SHA-256 (hex) over the plan's canonical JSON. */
export function planDigest(plan: Plan): string {
  return sha256(canonicalJson(plan));
}

/** Identifies a scenario, however it was written. */
export function scenarioDigest(scenario: Scenario): string {
  return sha256(canonicalJson(scenario));
}
