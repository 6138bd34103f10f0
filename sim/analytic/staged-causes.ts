import type { Plan } from '../plan/plan.ts';
import { gone } from './reliability-input.ts';

/** A scheduled fault, or all members of a common cause at a given time: parts that are gone for a span of the run. */
export interface StagedCause {
  /** What its faults are aimed at, as in PlannedFault. */
  readonly targets: readonly string[];
  /** Microseconds of the run, `until` exclusive and at most the horizon. */
  readonly from: number;
  readonly until: number;
  /** As in RandomCause. */
  readonly takesOut: readonly string[];
}

/**
 * What a run stages. Null where that has no closed form: an outage of the token service finds sessions of stationary age
 * only when it is the first and only one, and users who start with such sessions and sign in again.
 */
export async function stagedCauses(plan: Plan): Promise<readonly StagedCause[] | null> {
  const drawn = new Set(plan.faultProcesses.map(({ origin }) => origin));
  const causes = new Map<string, StagedCause>();
  for (const fault of plan.faults) {
    if (drawn.has(fault.origin)) continue;
    const until = Math.min(fault.until ?? plan.horizon, plan.horizon);
    const parts = await gone(plan, fault);
    if (parts.length === 0 || until <= fault.at) continue;
    // Members of a common cause are one cause: that all connectors crash at once is no connector's own failure.
    const name = fault.origin === 'schedule' ? `schedule/${fault.id}` : fault.origin;
    const { targets, takesOut } = causes.get(name) ?? { targets: [], takesOut: [] };
    causes.set(name, {
      targets: [...new Set([...targets, ...fault.targets])],
      from: fault.at,
      until,
      takesOut: [...new Set([...takesOut, ...parts])],
    });
  }
  const staged = [...causes.values()];
  const outages = staged.filter(({ takesOut }) => takesOut.includes('token-service')).length;
  const { startInEquilibrium, signInAgain } = plan.identity;
  if (outages > 1 || (outages === 1 && !(startInEquilibrium && signInAgain))) return null;
  return staged;
}

/** A stretch of the run in which the same staged causes are on; microseconds. */
export interface StagedStretch {
  readonly from: number;
  readonly until: number;
  readonly on: readonly StagedCause[];
}

/** The run from 0 to `horizon`, cut wherever a staged cause starts or ends. */
export function stagedStretches(causes: readonly StagedCause[], horizon: number): readonly StagedStretch[] {
  const cuts = [...new Set([0, horizon, ...causes.flatMap(({ from, until }) => [from, until])])].sort((a, b) => a - b);
  return cuts.slice(1).map((until, i) => {
    const from = cuts[i] ?? 0;
    return { from, until, on: causes.filter((cause) => cause.from <= from && cause.until >= until) };
  });
}

/** Share of the run in which some staged cause takes the part out; spans that overlap count once. */
export function stagedUnavailability(part: string, stretches: readonly StagedStretch[], horizon: number): number {
  const out = stretches.filter(({ on }) => on.some(({ takesOut }) => takesOut.includes(part)));
  return out.reduce((sum, { from, until }) => sum + until - from, 0) / horizon;
}
