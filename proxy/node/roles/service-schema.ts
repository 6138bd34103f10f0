import { z } from 'zod';
import { micros } from '../../host/units.ts';
import { documented } from '../../policy/behaviour.ts';
import { identityDefaults } from '../../policy/identity-options.ts';
import { needlessAlarm } from '../../policy/liveness.ts';
import {
  ADDED_BYTES,
  ADDED_FIELDS,
  HEADER_BYTES_MAX,
  HEADER_FIELDS_MAX,
  TARGET_BYTES_MAX,
} from '../../protocol/limits.ts';
import { openingPatience } from '../../service/opening.ts';
import { defaultFrontLimits } from '../front/limits.ts';
import { applicationSchema } from './application-schema.ts';
import { behaviourSchema } from './behaviour-schema.ts';
import { address, commonFields, pem, port, redialDefaults, span } from './config-types.ts';

/** Spans of the identity client; a missing one has its documented default. */
const identityClient = z.strictObject({
  exchangeTimeout: span.default(identityDefaults.exchangeTimeout).describe('One exchange is given up after this.'),
  patience: span
    .default(identityDefaults.patience)
    .describe('A user waits at most this long for one sign-in step, repeats included; then 503.'),
  retryFirst: span
    .default(identityDefaults.retryFirst)
    .describe('Least wait before the first repeat without Retry-After; doubles, with jitter on top.'),
  retryCap: span.default(identityDefaults.retryCap).describe('Most it waits.'),
  pauseAfter: z
    .int()
    .min(1)
    .default(identityDefaults.pauseAfter)
    .describe('Failures in a row after which all calls pause.'),
  metadataCachedFor: span.default(identityDefaults.metadataCachedFor),
  keysCachedFor: span.default(identityDefaults.keysCachedFor),
  staleFor: span
    .default(identityDefaults.staleFor)
    .describe('Keys and metadata serve this much longer while they cannot be fetched.'),
  refetchInterval: span
    .default(identityDefaults.refetchInterval)
    .describe('At most one look-up of unknown keys per this span.'),
  signInWithin: span.default(identityDefaults.signInWithin).describe('A begun sign-in must come back within this.'),
});

const count = z.int().min(1);
/** What the front takes from strangers; see FrontLimits. Heads at most as large as a tunnel carries. */
const frontLimits = z.strictObject({
  maxHeaderBytes: count
    .max(HEADER_BYTES_MAX - ADDED_BYTES)
    .default(defaultFrontLimits.maxHeaderBytes)
    .describe('Request head; users with large Kerberos tickets need up to 32 KB. Beyond: 431.'),
  maxHeaderFields: count
    .max(HEADER_FIELDS_MAX - ADDED_FIELDS)
    .default(defaultFrontLimits.maxHeaderFields)
    .describe('Beyond: 431.'),
  maxTargetBytes: count.max(TARGET_BYTES_MAX).default(defaultFrontLimits.maxTargetBytes).describe('Beyond: 414.'),
  headTimeoutMs: count
    .default(defaultFrontLimits.headTimeoutMs)
    .describe('From the first byte to the end of the head. Beyond: 408.'),
  bodyIdleMs: count
    .default(defaultFrontLimits.bodyIdleMs)
    .describe(
      'A client is waited for at most this long until the next `bodyLeastBytes` of a request body have come (408), or until it has taken as many of its answers (cut, up to half as much later).',
    ),
  bodyLeastBytes: count
    .default(defaultFrontLimits.bodyLeastBytes)
    .describe('See `bodyIdleMs`. 1: any byte will do, for applications to which rare events are streamed.'),
  answerIdleMs: count
    .default(defaultFrontLimits.answerIdleMs)
    .describe('Silence inside an answer before it is cut; longer than the longest backendTimeout.'),
  keepAliveMs: count.default(defaultFrontLimits.keepAliveMs).describe('Silence between requests on a kept connection.'),
  upgradeIdleMs: count.default(defaultFrontLimits.upgradeIdleMs).describe('Silence in both directions of a WebSocket.'),
  maxConnections: count.default(defaultFrontLimits.maxConnections).describe('Users’ connections at once.'),
});

const listener = {
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  port: port.default(0).describe('0: any free port, told in the ready line.'),
};

/** A service instance as a process. The fields of ServiceConfig, and what only a live one has. */
export const serviceSchema = z
  .strictObject({
    ...commonFields,
    instanceId: z.string().min(1).describe('Its name in tunnels, logs and `Via`.'),
    applications: z.array(applicationSchema).min(1).describe('What is published.'),
    connectors: z
      .array(z.strictObject({ id: z.string().min(1), group: z.string().min(1) }))
      .min(1)
      .describe('Who may dial in, and for which connector group.'),
    behaviour: behaviourSchema
      .default(documented)
      .describe(
        'What the documentation leaves open: `documented` (the default), `hardened`, or all fields of your own (what they mean: `holdfast explain`).',
      ),
    throttle: z
      .strictObject({ perApplication: z.number().positive(), tenant: z.number().positive() })
      .optional()
      .describe('Requests a second that are let through; beyond: 429. Default no limit.'),
    openingPatience: span
      .default(openingPatience(redialDefaults.cap))
      .describe(
        'A starting instance waits this long for connectors before users may come; more than their longest redial delay.',
      ),
    window: z.int().min(16_384).max(16_777_216).default(262_144).describe('Bytes a stream may have under way.'),
    identity: z
      .strictObject({
        client: identityClient.default(identityDefaults).describe('How the token service is called.'),
        sameSite: z.enum(['None', 'Lax']).default('None').describe('Of the session cookie.'),
      })
      .default({ client: identityDefaults, sameSite: 'None' })
      .describe('Sign-in.'),
    accessLog: z.boolean().default(true).describe('A line a request.'),
    front: z
      .strictObject({
        ...listener,
        tls: z.strictObject({ cert: pem, key: pem }).optional().describe('Certificate users see.'),
        limits: frontLimits.default(defaultFrontLimits).describe('What is taken from strangers.'),
      })
      .describe('Where users connect. Without tls: plain HTTP, behind something that terminates TLS.'),
    tunnelAddress: address.default('127.0.0.1:0').describe('Where connectors dial in; port 0: any free one.'),
    tunnelTls: z
      .strictObject({ cert: pem, key: pem, ca: pem })
      .nullable()
      .describe('Mutual TLS of the tunnel listener; null: bare TCP, for tests on one machine only.'),
    secret: z
      .string()
      .min(22, 'at least 22 base64url characters (128 bits)')
      .optional()
      .describe(
        'Behind all keys of the deployment, at least 128 bits, the same for every instance; default a fresh one.',
      ),
    tokenService: z
      .strictObject({
        issuer: z.url().describe('Its address, as in its metadata.'),
        clientId: z.string().min(1),
        clientSecret: z.string().optional().describe('Without: a public client, PKCE alone.'),
        ca: pem.optional().describe('Authority of its certificate; default the public ones.'),
        userClaim: z.string().min(1).default('sub').describe('Claim of the ID token that names the user.'),
      })
      .optional()
      .describe('Needed once an application pre-authenticates.'),
    admin: z
      .strictObject({
        ...listener,
        tls: z
          .strictObject({ cert: pem, key: pem })
          .optional()
          .describe(
            'Certificate of this listener, which connectors trust by `enrolment.ca`. Default `front.tls`: then a change of that one touches every connector.',
          ),
        authority: z.strictObject({ cert: pem, key: pem }).describe('Who signs connectors’ certificates.'),
        tokensFolder: z.string().describe('Where one-time tokens lie, shared with the command that makes them.'),
        certificateLife: span.default(micros(86_400_000_000)).describe('Connectors renew in time.'),
      })
      .optional()
      .describe('Enrolment of connectors.'),
    health: z
      .strictObject(listener)
      .optional()
      .describe(
        '`/ready` (200 or 503, for load balancers) and `/metrics` (Prometheus) in plain HTTP; keep it on a private address.',
      ),
  })
  .check((context) => {
    const config = context.value;
    const groups = new Set(config.connectors.map(({ group }) => group));
    const taken = new Set<string>();
    for (const [index, application] of config.applications.entries()) {
      const { id, group, preAuthentication, externalHost, externalPath, backendTimeout } = application;
      if (backendTimeout >= config.front.limits.answerIdleMs * 1000) {
        context.issues.push({
          code: 'custom',
          input: backendTimeout,
          path: ['applications', index, 'backendTimeout'],
          message: 'not shorter than front.limits.answerIdleMs, so the front would give up before the connector',
        });
      }
      for (const name of [`the id ${id}`, `the address ${externalHost.toLowerCase()}${externalPath}`]) {
        if (taken.has(name)) {
          context.issues.push({
            code: 'custom',
            input: id,
            path: ['applications', index],
            message: `another application has ${name} already`,
          });
        }
        taken.add(name);
      }
      if (!groups.has(group)) {
        context.issues.push({
          code: 'custom',
          input: group,
          path: ['applications', index, 'group'],
          message: `application ${id} wants group ${group}, which has no connector`,
        });
      }
      if (preAuthentication === 'token-service' && config.tokenService === undefined) {
        context.issues.push({
          code: 'custom',
          input: undefined,
          path: ['tokenService'],
          message: `application ${id} pre-authenticates, so the token service must be named`,
        });
      }
    }
    const { detection } = config.behaviour;
    const alarm = needlessAlarm(detection);
    if (alarm !== undefined) {
      context.issues.push({
        code: 'custom',
        input: detection[alarm],
        path: ['behaviour', 'detection', alarm],
        message: 'not longer than pingInterval, so tunnels would be given up with nothing wrong',
      });
    }
    if (config.admin !== undefined && config.admin.tls === undefined && config.front.tls === undefined) {
      context.issues.push({
        code: 'custom',
        input: undefined,
        path: ['admin', 'tls'],
        message: 'enrolment hands out certificates over HTTPS: give admin.tls, or front.tls for both',
      });
    }
  });

export type ServiceRoleConfig = z.infer<typeof serviceSchema>;
