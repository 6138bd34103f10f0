import { z } from 'zod';
import { duration, share } from '../faults/quantity-schema.ts';
import { identifier } from './topology-schema.ts';

const bytes = (fallback: number) => z.int().min(0).max(1_000_000_000).default(fallback);

const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be a host name in small letters, for example shop.example.com',
  );

export const applicationSchema = z.strictObject({
  group: identifier.describe('The connector group that carries it.'),
  externalHost: hostName.optional().describe('Host name users type. Default: <name>.example.com.'),
  externalPath: z
    .string()
    .max(200)
    .regex(/^\/([A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*$/, 'must be a path that begins and ends with /, for example /shop/')
    .optional()
    .describe('Path it is published under, where several share a host: the longest that fits wins. Default: /.'),
  preAuthentication: z.enum(['token-service', 'pass-through']).default('token-service'),
  singleSignOn: z
    .enum(['none', 'kerberos'])
    .default('none')
    .describe('kerberos: a ticket of the directory is needed for each user and application.'),
  backendTimeout: duration('1ms').prefault('85s').describe('Documented: 85s, or 180s when set to long.'),
  backend: z
    .strictObject({
      latency: duration().prefault('20ms').describe('Mean time the application takes.'),
      distribution: z.enum(['exponential', 'constant']).default('exponential'),
      responseBytes: bytes(1024),
    })
    .prefault({}),
});

export const workloadSchema = z.strictObject({
  application: identifier,
  requestsPerSecond: z.number().positive().max(1_000_000).describe('Open loop: sent whether or not answers come.'),
  users: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('Each with a session of their own. Default: ten per request a second.'),
  arrivals: z.enum(['poisson', 'uniform']).default('poisson'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  requestBytes: bytes(0),
  retries: z
    .strictObject({
      attempts: z.int().min(0).max(20).default(0).describe('By the user’s client, after a failed answer.'),
      delay: duration().prefault('1s'),
      budget: z
        .union([z.literal('none'), share()])
        .default('none')
        .describe('Retries may be at most this share of requests; none: unlimited.'),
    })
    .prefault({}),
});
