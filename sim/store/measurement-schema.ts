import { z } from 'zod';
import { lossCauses } from '../history/history.ts';
import type { Measurement } from '../measure/measurement.ts';

const amount = z.number().min(0);

export const estimate = z.strictObject({
  value: z.number().nullable(),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('Low and high, two-sided, at the confidence of the run.'),
  n: z.int().min(0).describe('Independent units behind it: replications or episodes, never requests.'),
  method: z.string(),
});

export const measurement = z.strictObject({
  requests: amount,
  ok: amount,
  failed: amount,
  unknown: amount,
  availability: estimate,
  timeAvailability: estimate,
  latency: z.strictObject({ p50: estimate, p99: estimate, p999: estimate }).describe('Microseconds, of ok requests.'),
  recovery: estimate.describe('Microseconds from a fault’s end until service is back to its steady share.'),
  unrecovered: amount,
  losses: z.array(z.strictObject({ cause: z.enum(lossCauses), application: z.string(), count: amount })),
  idleFaults: z
    .array(z.string())
    .describe('Faults that touched nothing whenever they occurred; they make the verdict inconclusive.'),
  faultHits: z
    .array(z.strictObject({ fault: z.string(), occurrences: amount, hit: amount }))
    .default([])
    .describe('Every fault by name: how often it occurred, and how often it touched something.'),
  method: z.enum(['every-request', 'episodes']),
}) satisfies z.ZodType<Measurement>;
