import { z } from 'zod';
import { duration, share } from '../faults/quantity-schema.ts';
import { scalableTimeouts } from '../plan/scenario.ts';

const count = z.int().min(1).max(100_000);

const timeScale = z
  .number()
  .min(1)
  .max(100_000)
  .describe('Policy durations (outages, lifetimes, MTBF, horizon) are divided by this; physical ones never.');

export const runSchema = z
  .strictObject({
    duration: duration('1s', '3650d').prefault('10m').describe('Length of one replication, at most ten years (3650d).'),
    replications: z
      .union([count, z.strictObject({ min: count.default(10), max: count.default(100) })])
      .prefault({})
      .describe('Per configuration: a fixed number, or bounds for the stopping rule.'),
    precision: share()
      .prefault('10%')
      .describe('Stop when the interval of the unavailability is at most this share of it to either side.'),
    confidence: share().prefault('95%'),
    seed: z.union([z.string().min(1).max(200), z.int()]).default('holdfast'),
    timeScale: timeScale.default(1),
    scaleTimeouts: z
      .array(z.enum(scalableTimeouts))
      .default([])
      .describe('Time-outs that the time scale divides as well; others stay physical.'),
  })
  .prefault({});

export const pricesSchema = z
  .strictObject({
    connector: z.number().min(0).default(1),
    site: z.number().min(0).default(0),
    instance: z.number().min(0).default(0),
  })
  .describe('For the cheapest configuration. Without prices: fewest connectors, ties by sites.');

export const liveRun = {
  duration: duration('1s').optional(),
  timeScale: timeScale.optional(),
  requestsPerSecond: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe('Total over all workloads, which keep their proportions.'),
  replications: count.optional(),
};
