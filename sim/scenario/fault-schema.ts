import { z } from 'zod';
import { faultCatalogue } from '../faults/catalogue.ts';
import type { CatalogueFault } from '../faults/fault.ts';
import { duration } from '../faults/quantity-schema.ts';

/** A name people give a fault; appears in reports and in the ids of its occurrences. */
export const faultName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,79}$/, 'must be letters, digits, spaces, - _ and . (at most 80)');

const target = z
  .string()
  .max(200)
  .describe(
    'A selector: "connector paris/1", "every connector", "one site", "egress main", "service 1", "application shop".',
  );

const clock = {
  mtbf: duration('1s').describe('Mean time from repair to the next failure (exponential).'),
  mttr: duration('1ms').describe('Mean time to repair.'),
  repair: z.enum(['exponential', 'constant']).default('exponential').describe('Distribution of the repair time.'),
};
const span = {
  at: duration().describe('From the start of the run.'),
  for: duration('1ms').optional().describe('Absent: to the end of the run.'),
};

type Parameter = string | number | boolean | undefined;

/** A fault as written; its own parameters, which its kind's schema checks, stand beside these keys. */
export interface WrittenFault {
  what: string;
  name?: string | undefined;
  target?: string | undefined;
}

/**
 * One branch per fault of the catalogue. Types know the common keys; which parameters belong to which kind the branches
 * know, so that a fault can be added without touching a type.
 */
function oneOf<S extends z.ZodRawShape>(
  more: S,
): z.ZodType<
  WrittenFault & z.output<z.ZodObject<S>> & Record<string, Parameter>,
  WrittenFault & z.input<z.ZodObject<S>> & Record<string, Parameter>
> {
  const branch = (fault: CatalogueFault) =>
    z
      .strictObject({
        what: z.literal(fault.kind),
        name: faultName.optional(),
        target: target.optional(),
        ...more,
        ...fault.parameters.shape,
      })
      .describe(fault.documentation);
  const [first, ...rest] = faultCatalogue.all;
  return z.discriminatedUnion('what', [branch(first!), ...rest.map(branch)]) as never;
}

const scheduledFault = oneOf(span);
const randomFault = oneOf(clock);
const member = oneOf({}) as z.ZodType<
  WrittenFault & Record<string, Parameter>,
  WrittenFault & Record<string, Parameter>
>;

const together = z.strictObject({
  name: faultName,
  faults: z.array(member).min(1).max(50),
  at: span.at.optional(),
  for: span.for,
  mtbf: clock.mtbf.optional(),
  mttr: clock.mttr.optional(),
  repair: clock.repair,
});

export const faultsSchema = z.strictObject({
  schedule: z.array(scheduledFault).max(1000).default([]).describe('At a given time.'),
  random: z
    .array(randomFault)
    .max(100)
    .default([])
    .describe(
      'Again and again, each on a clock of its own. A site, group or egress is one cause: all its connectors fail at once. "every site" is a clock for each site, "every connector" one for each connector.',
    ),
  together: z
    .array(together)
    .max(100)
    .default([])
    .describe('A common cause: several faults that begin and end together, at a given time or at random.'),
});
