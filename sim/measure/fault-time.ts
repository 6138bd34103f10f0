import type { FaultProcess, Plan } from '../plan/plan.ts';

/** Time that random faults of each kind and origin were on, in microseconds, and its expectation: controls for long horizons. */
export interface FaultTime {
  readonly on: readonly number[];
  readonly expected: readonly number[];
}

/** One entry per kind and origin in the order of the plan's processes; those with constant repair times are left out. */
export function faultTime(plan: Plan): FaultTime {
  const kinds = new Map<string, { on: number; expected: number; known: boolean }>();
  for (const clock of plan.faultProcesses) {
    for (const member of clock.members) {
      const key = `${member.kind} ${clock.origin}`;
      const kind = kinds.get(key) ?? { on: 0, expected: 0, known: true };
      kinds.set(key, kind);
      kind.expected += expectedOn(clock, plan.horizon);
      if (clock.downDistribution !== 'exponential') kind.known = false;
    }
  }
  for (const fault of plan.faults) {
    const kind = kinds.get(`${fault.kind} ${fault.origin}`);
    if (kind !== undefined) kind.on += Math.min(fault.until ?? plan.horizon, plan.horizon) - fault.at;
  }
  const known = [...kinds.values()].filter((kind) => kind.known);
  return { on: known.map(({ on }) => on), expected: known.map(({ expected }) => expected) };
}

/** Expected time in [0, horizon) that an alternating exponential process, up at 0, is down. */
export function expectedOn({ meanUp, meanDown }: FaultProcess, horizon: number): number {
  const rate = 1 / meanUp + 1 / meanDown;
  return (meanDown / (meanUp + meanDown)) * (horizon + Math.expm1(-rate * horizon) / rate);
}
