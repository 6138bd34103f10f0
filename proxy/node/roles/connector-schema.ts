import { z } from 'zod';
import { micros } from '../../host/units.ts';
import { needlessAlarm } from '../../policy/liveness.ts';
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

const serverName = z
  .string()
  .optional()
  .describe('Name in the certificate of the tunnel listeners, where it is not the host in `instances`.');

/** A connector as a process. The fields of ConnectorConfig, and what only a live one has. */
export const connectorSchema = z
  .strictObject({
    ...commonFields,
    connectorId: z
      .string()
      .min(1)
      .max(64, 'certificate names end at 64 characters')
      .describe('As the service’s `connectors` lists it; the name in its certificate.'),
    instances: z.array(address).min(1).describe('`host:port` of the tunnel listener of every service instance.'),
    tunnels: z.int().min(1).max(64).default(4).describe('Tunnels in all, spread over the instances.'),
    maxConcurrent: z.int().min(1).max(STREAMS_MAX).default(200).describe('Requests at work at once.'),
    capacity: z
      .strictObject({
        cores: z.int().min(1),
        demand: span,
        distribution: z.enum(['exponential', 'constant']),
        maxQueue: z.int().min(0),
      })
      .optional()
      .describe(
        'Emulated processor capacity: cores, demand of one request, requests that may queue; default the machine’s own.',
      ),
    allowedInternalUrls: z
      .array(allowedUrl)
      .min(1)
      .describe(
        'What this connector may call, whatever a service says: exact origins, each with the path everything must lie below; a final `/` is implied.',
      ),
    window: z.int().min(16_384).max(16_777_216).default(262_144).describe('Bytes a stream may have under way.'),
    pingInterval: span.default(micros(1_000_000)).describe('How often an idle tunnel is tried.'),
    deadAfter: span
      .default(micros(5_000_000))
      .describe('Silence after which a tunnel is given up; longer than pingInterval.'),
    reconnect: z
      .strictObject({ base: span, cap: span })
      .default(redialDefaults)
      .describe('Full jitter: a redial waits a random time, at most base, doubling up to cap.'),
    tls: z
      .strictObject({ cert: pem, key: pem, ca: pem, serverName })
      .nullable()
      .optional()
      .describe(
        'Certificate of this connector; null: bare TCP, for tests on one machine only; absent: from enrolment.',
      ),
    enrolment: z
      .strictObject({
        folder: z.string().describe('Where key and certificate are kept.'),
        url: z.url({ protocol: /^https$/ }).describe('The service’s `admin` listener.'),
        ca: pem.describe('Authority that signed the certificate of that listener.'),
        token: z.string().optional().describe('One-time token (`holdfast enrolment-token`); not needed once enrolled.'),
        serverName,
      })
      .optional()
      .describe('How to get a certificate, which is then renewed in time.'),
    outboundProxy: address
      .optional()
      .describe('`host:port` of an HTTP proxy on the way out, for tunnels, enrolment and renewal.'),
    backendCa: pem.optional().describe('Authorities that sign https backends, PEM.'),
    hosts: z
      .record(z.string(), address)
      .default({})
      .describe('A hosts file with ports: internal host name (as in internal URLs) to `host:port`.'),
  })
  .check((context) => {
    const { tls, enrolment, pingInterval, deadAfter } = context.value;
    if (needlessAlarm({ pingInterval, suspectAfter: undefined, deadAfter }) !== undefined) {
      context.issues.push({
        code: 'custom',
        input: deadAfter,
        path: ['deadAfter'],
        message: 'not longer than pingInterval, so tunnels would be lost with nothing wrong',
      });
    }
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
