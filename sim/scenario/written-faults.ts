import { z } from 'zod';
import { faultCatalogue } from '../faults/catalogue.ts';
import { formatByteRate, formatDuration, formatShare } from '../plan/quantities.ts';
import type { FailureClock, FaultSpec, ScenarioFaults } from '../plan/scenario.ts';
import type { ScenarioInput } from './schema.ts';

type Written = NonNullable<ScenarioInput['faults']>;

/** Ways to write a number; the one that the fault's own schema reads back as the same number is right. */
const writings: ReadonlyArray<(value: number) => string | number> = [
  (value) => value,
  formatDuration,
  formatShare,
  formatByteRate,
];

function writtenParameter(kind: string, name: string, value: string | number | boolean): string | number | boolean {
  const schema = faultCatalogue.get(kind).parameters.shape[name];
  if (typeof value !== 'number' || schema === undefined) return value;
  for (const write of writings) {
    const text = write(value);
    const read = z.safeParse(schema, text);
    if (read.success && read.data === value) return text;
  }
  return value;
}

function specOf({ kind, target, parameters }: FaultSpec) {
  return {
    what: kind,
    ...(target !== null && { target }),
    ...Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, writtenParameter(kind, name, value)]),
    ),
  };
}

const clockOf = ({ mtbf, mttr, repair }: FailureClock) => ({
  mtbf: formatDuration(mtbf),
  mttr: formatDuration(mttr),
  repair,
});

const spanOf = ({ at, span }: { readonly at: number; readonly span: number | null }) => ({
  at: formatDuration(at),
  ...(span !== null && { for: formatDuration(span) }),
});

/** Faults as they could have been written, names and defaults included. */
export function writtenFaults({ schedule, random, together }: ScenarioFaults): Written {
  return {
    schedule: schedule.map((fault) => ({ name: fault.name, ...specOf(fault), ...spanOf(fault) })),
    random: random.map((fault) => ({ name: fault.name, ...specOf(fault), ...clockOf(fault) })),
    together: together.map(({ name, members, timing }) => ({
      name,
      faults: members.map(specOf),
      ...(timing.kind === 'random' ? clockOf(timing) : spanOf(timing)),
    })),
  };
}
