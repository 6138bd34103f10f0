import { z } from 'zod';
import { port } from './config-types.ts';

/** The sample application as a process. */
export const backendSchema = z.strictObject({
  name: z.string().default('Sample application').describe('Heading of its page.'),
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  port: port.default(0).describe('0: any free port, told in the ready line.'),
  latencyMs: z.number().min(0).max(3_600_000).default(0).describe('Of every answer, before anything a fault adds.'),
  latencyDistribution: z.enum(['constant', 'exponential']).default('constant'),
  responseBytes: z.int().min(0).max(1_073_741_824).default(1024).describe('Length of its answers.'),
  seed: z.union([z.string(), z.number()]).default(1).describe('Of latencies and of errors at a rate.'),
  controlPort: port
    .optional()
    .describe(
      'Loopback port for fault modes over HTTP (`POST /` with the control message); absent: standard input only.',
    ),
});
