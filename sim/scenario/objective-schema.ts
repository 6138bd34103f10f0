import { z } from 'zod';
import { duration, share } from '../faults/quantity-schema.ts';

/** Quantiles of latency that measurement provides. */
export const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

const limit = duration('1us').optional();

/** A section that sets only a deadline or a window still asks for the usual: without any objective there is no verdict. */
export const objectivesSchema = z
  .strictObject({
    deadline: duration('1ms')
      .prefault('30s')
      .describe('A request is ok when the application’s own answer reached the user within this.'),
    window: z
      .strictObject({
        length: duration('1s').prefault('10s'),
        minRequests: z.int().min(1).max(1_000_000).default(20).describe('Windows with fewer are merged.'),
        upShare: share().prefault('99%').describe('A window is up when at least this share of it is ok.'),
      })
      .prefault({})
      .describe('For availability by time.'),
    availability: z
      .strictObject({
        atLeast: share(),
        basis: z.enum(['requests', 'time']).default('requests'),
      })
      .optional(),
    latency: z
      .strictObject({ p50: limit, p90: limit, p95: limit, p99: limit, p999: limit })
      .optional()
      .describe('At most this long, over requests that were ok.'),
    recovery: z
      .strictObject({ within: duration('1ms') })
      .optional()
      .describe('From the end of a fault until service is back to its steady share.'),
  })
  .prefault({ availability: { atLeast: '99.9%' } })
  .describe('Without availability, latency and recovery in it, 99.9% of requests served is asked for.');
