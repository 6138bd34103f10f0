import { z } from 'zod';
import { applicationSchema, workloadSchema } from './application-schema.ts';
import { behaviourSchema, behavioursSchema } from './behaviour-schema.ts';
import { faultsSchema } from './fault-schema.ts';
import { directorySchema, identitySchema } from './identity-schema.ts';
import { objectivesSchema } from './objective-schema.ts';
import { liveRun, pricesSchema, runSchema } from './run-schema.ts';
import { sweepSchema } from './sweep-schema.ts';
import { identifier, throttleSchema, topologySchema } from './topology-schema.ts';

/** Names are printed on terminals: what steers one (C0, C1) is no text. A description may have lines and tabs. */
const printable = (text: z.ZodString, allowed: RegExp) =>
  text.regex(allowed, 'must not hold control characters, which terminals obey');

/**
 * The form of a scenario: what YAML and TypeScript write. Strict: a key it does not know is an error. What the form
 * cannot say (names that must exist, topologies that cannot work) `readScenario` checks.
 */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; ignored.'),
  name: printable(z.string().min(1).max(200), /^\P{Cc}*$/u),
  description: printable(z.string().max(4000), /^(?:\P{Cc}|[\n\r\t])*$/u).default(''),
  run: runSchema,
  topology: topologySchema,
  throttle: throttleSchema,
  applications: z.record(identifier, applicationSchema),
  identity: identitySchema,
  directory: directorySchema.optional(),
  behaviour: behaviourSchema,
  behaviours: behavioursSchema.describe('Behaviour records of the scenario’s own, by name.'),
  workload: z.record(identifier, workloadSchema).describe('Who sends what, by name.'),
  faults: faultsSchema.prefault({}),
  objectives: objectivesSchema,
  sweep: sweepSchema.prefault({}),
  prices: pricesSchema.optional(),
  live: z
    .strictObject({
      ...liveRun,
      faults: faultsSchema.optional().describe('Instead of those above.'),
      sweep: sweepSchema.optional().describe('Instead of the one above.'),
    })
    .optional()
    .describe('What is different in a live run, where days and high rates cannot be.'),
});

/** What an architect may write. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** The same with defaults filled and quantities read, still in its written shape. */
export type ScenarioOutput = z.output<typeof scenarioSchema>;
