import { z } from 'zod';
import { micros } from '../../host/units.ts';
import { decodedPath } from '../../policy/request-path.ts';
import { STREAMS_MAX } from '../../protocol/limits.ts';
import { address, commonFields, pem, redialDefaults, span } from './config-types.ts';

const allowedUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#]/.test(url), 'an origin and a path: no query, no fragment')
  .refine(
    (url) => decodedPath(new URL(url).pathname) !== undefined,
    'a plain path: no dot segment, nothing encoded twice',
  )
  .transform((url) => (url.endsWith('/') ? url : `${url}/`));

/** A connector as a process. The fields of ConnectorConfig, and what only a live one has. */
export const connectorSchema = z
  .strictObject({
    ...commonFields,
    connectorId: z.string().min(1).max(64, 'certificate names end at 64 characters'),
    instances: z.array(address).min(1),
    tunnels: z.int().min(1).max(64).default(4),
    maxConcurrent: z.int().min(1).max(STREAMS_MAX).default(200),
    /** Emulated processor capacity; absent: the machine's own. */
    capacity: z
      .strictObject({
        cores: z.int().min(1),
        demand: span,
        distribution: z.enum(['exponential', 'constant']),
        maxQueue: z.int().min(0),
      })
      .optional(),
    /** What this connector may call: exact origins, each with the path everything must lie below; a final `/` is implied. */
    allowedInternalUrls: z.array(allowedUrl).min(1),
    window: z.int().min(16_384).max(16_777_216).default(262_144),
    pingInterval: span.default(micros(1_000_000)),
    deadAfter: span.default(micros(5_000_000)),
    reconnect: z.strictObject({ base: span, cap: span }).default(redialDefaults),
    /** Certificate of this connector; null: bare TCP, for tests on one machine only; absent: from enrolment. */
    tls: z.strictObject({ cert: pem, key: pem, ca: pem, serverName: z.string().optional() }).nullable().optional(),
    /** Where a certificate got by enrolment is kept, and how to get one. */
    enrolment: z
      .strictObject({
        folder: z.string(),
        url: z.url({ protocol: /^https$/ }),
        ca: pem,
        token: z.string().optional(),
        serverName: z.string().optional(),
      })
      .optional(),
    /** `host:port` of an HTTP proxy on the way out. */
    outboundProxy: address.optional(),
    /** PEM of the authorities that sign https backends. */
    backendCa: pem.optional(),
    /** A hosts file with ports: internal host name (as in internal URLs) to `host:port`. */
    hosts: z.record(z.string(), address).default({}),
  })
  .check((context) => {
    const { tls, enrolment } = context.value;
    if (tls === undefined && enrolment === undefined) {
      context.issues.push({
        code: 'custom',
        input: undefined,
        path: ['tls'],
        message: 'give tls (a certificate) or enrolment (a way to get one)',
      });
    }
  });

export type ConnectorRoleConfig = z.infer<typeof connectorSchema>;
