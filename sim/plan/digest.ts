import { canonicalJson } from './canonical.ts';
import type { Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { sha256 } from './sha256.ts';

/** Identifies a run: SHA-256 (hex) over the plan's canonical JSON. */
export function planDigest(plan: Plan): string {
  return sha256(canonicalJson(plan));
}

/** Scenarios are read once and compiled thousands of times; they never change. */
const known = new WeakMap<Scenario, string>();

/** Identifies a scenario, however it was written. */
export function scenarioDigest(scenario: Scenario): string {
  let digest = known.get(scenario);
  if (digest === undefined) {
    digest = sha256(canonicalJson(scenario));
    known.set(scenario, digest);
  }
  return digest;
}
