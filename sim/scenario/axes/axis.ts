import type { z } from 'zod';
import type { Scenario } from '../../plan/scenario.ts';

export type AxisValue = string | number;

/** A knob that a sweep may turn: one file, one line in the catalogue. */
export interface Axis {
  /** As written in scenarios, tables and reports: `connectors per site`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly documentation: string;
  /** What one value may be, as written. */
  readonly value: z.ZodType<unknown, AxisValue>;
  /** The scenario with the knob turned, or why that is impossible. `value` has passed the schema. */
  apply(scenario: Scenario, value: AxisValue): Scenario | string;
}

/** Types `apply` by what the schema gives. */
export function defineAxis<S extends z.ZodType<unknown, AxisValue>>(
  definition: Omit<Axis, 'apply' | 'value'> & {
    readonly value: S;
    apply(scenario: Scenario, value: z.output<S>): Scenario | string;
  },
): Axis {
  return {
    ...definition,
    apply: (scenario, value) => {
      const parsed = definition.value.safeParse(value);
      return parsed.success
        ? definition.apply(scenario, parsed.data)
        : `${definition.name} ${value}: ${parsed.error.issues[0]?.message ?? 'not a value of this axis'}`;
    },
  };
}
