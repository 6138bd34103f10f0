import { z } from 'zod';
import { micros } from '../../host/units.ts';
import { type Behaviour, documented, hardened } from '../../policy/behaviour.ts';
import { identityDefaults } from '../../policy/identity-options.ts';
import { hidesOwnPaths } from '../../policy/own-paths.ts';
import { decodedPath } from '../../policy/request-path.ts';
import {
  ADDED_BYTES,
  ADDED_FIELDS,
  HEADER_BYTES_MAX,
  HEADER_FIELDS_MAX,
  TARGET_BYTES_MAX,
} from '../../protocol/limits.ts';
import { openingPatience } from '../../service/opening.ts';
import { defaultFrontLimits } from '../front/limits.ts';
import { address, commonFields, pem, port, redialDefaults, span } from './config-types.ts';

/** What the documentation leaves open, by name or in full. */
const behaviour = z.union([
  z.enum(['documented', 'hardened']).transform((name) => (name === 'documented' ? documented : hardened)),
  z
    .strictObject({
      name: z.string(),
      balancer: z.enum(['random', 'p2c-peak-ewma']),
      detection: z.strictObject({
        onClose: z.boolean(),
        pingInterval: span,
        suspectAfter: span.optional(),
        deadAfter: span.optional(),
      }),
      connectorWait: span,
      queue: z.strictObject({ perApplication: z.int().min(0), timeout: span }),
      retry: z.strictObject({
        attempts: z.int().min(0).max(10),
        budgetRatio: z.number().min(0).max(1).optional(),
        burst: z.number().min(0),
      }),
      ejection: z
        .strictObject({
          consecutiveFailures: z.int().min(1),
          baseSpan: span,
          maxSpan: span,
          maxShare: z.number().min(0).max(1),
        })
        .optional(),
      slowStart: span,
    })
    .transform(
      (given): Behaviour => ({
        ...given,
        detection: {
          ...given.detection,
          suspectAfter: given.detection.suspectAfter,
          deadAfter: given.detection.deadAfter,
        },
        retry: { ...given.retry, budgetRatio: given.retry.budgetRatio },
        ejection: given.ejection,
      }),
    ),
]);

const webSocketOrigin = z
  .string()
  .toLowerCase()
  .regex(/^https?:\/\/[^/]+$/, 'an origin: https://host or https://host:port');

const application = z.strictObject({
  id: z.string().min(1),
  externalHost: z.string().min(1),
  externalPath: z
    .string()
    .regex(/^\/(.*\/)?$/, 'begins and ends with /')
    .refine((path) => decodedPath(path) === path && !/[?#]/.test(path), 'a plain path: nothing encoded, no dot segment')
    .refine((path) => !hidesOwnPaths(path), 'below .holdfast/ the service answers itself')
    .default('/'),
  internalUrl: z.url({ protocol: /^https?$/ }).refine((url) => url.endsWith('/'), 'ends with /'),
  group: z.string().min(1),
  preAuthentication: z.enum(['token-service', 'pass-through']).default('token-service'),
  singleSignOn: z.enum(['none', 'kerberos']).default('none'),
  /** Header-based single sign-on: request field that tells the application who is signed in. */
  userHeader: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'not a header field name')
    .refine(
      (name) => !/^(content-length|content-type|host|cookie|connection|via|transfer-encoding|upgrade)$/i.test(name),
      {
        message: 'this field has a meaning of its own; take one such as X-Auth-User',
      },
    )
    .optional(),
  /** For the head of the answer, and for each silence inside its body. */
  backendTimeout: span.default(micros(85_000_000)),
  /** Origins of other pages that may open a WebSocket with the user's session; `any`: all. Default: the application's own. */
  webSocketOrigins: z.union([z.literal('any'), z.array(webSocketOrigin)]).default([]),
});

/** Spans of the identity client; a missing one has its documented default. */
const identityClient = z.strictObject({
  exchangeTimeout: span.default(identityDefaults.exchangeTimeout),
  patience: span.default(identityDefaults.patience),
  retryFirst: span.default(identityDefaults.retryFirst),
  retryCap: span.default(identityDefaults.retryCap),
  pauseAfter: z.int().min(1).default(identityDefaults.pauseAfter),
  metadataCachedFor: span.default(identityDefaults.metadataCachedFor),
  keysCachedFor: span.default(identityDefaults.keysCachedFor),
  staleFor: span.default(identityDefaults.staleFor),
  refetchInterval: span.default(identityDefaults.refetchInterval),
  signInWithin: span.default(identityDefaults.signInWithin),
});

const count = z.int().min(1);
/** What the front takes from strangers; see FrontLimits. Heads at most as large as a tunnel carries. */
const frontLimits = z.strictObject({
  maxHeaderBytes: count.max(HEADER_BYTES_MAX - ADDED_BYTES).default(defaultFrontLimits.maxHeaderBytes),
  maxHeaderFields: count.max(HEADER_FIELDS_MAX - ADDED_FIELDS).default(defaultFrontLimits.maxHeaderFields),
  maxTargetBytes: count.max(TARGET_BYTES_MAX).default(defaultFrontLimits.maxTargetBytes),
  headTimeoutMs: count.default(defaultFrontLimits.headTimeoutMs),
  bodyIdleMs: count.default(defaultFrontLimits.bodyIdleMs),
  answerIdleMs: count.default(defaultFrontLimits.answerIdleMs),
  keepAliveMs: count.default(defaultFrontLimits.keepAliveMs),
  upgradeIdleMs: count.default(defaultFrontLimits.upgradeIdleMs),
  maxConnections: count.default(defaultFrontLimits.maxConnections),
});

const listener = { host: z.string().default('127.0.0.1'), port: port.default(0) };

/** A service instance as a process. The fields of ServiceConfig, and what only a live one has. */
export const serviceSchema = z
  .strictObject({
    ...commonFields,
    instanceId: z.string().min(1),
    applications: z.array(application).min(1),
    connectors: z.array(z.strictObject({ id: z.string().min(1), group: z.string().min(1) })).min(1),
    behaviour: behaviour.default(documented),
    throttle: z.strictObject({ perApplication: z.number().positive(), tenant: z.number().positive() }).optional(),
    /** A starting instance waits this long for connectors before users may come; more than their longest redial delay. */
    openingPatience: span.default(openingPatience(redialDefaults.cap)),
    window: z.int().min(16_384).max(16_777_216).default(262_144),
    identity: z
      .strictObject({
        client: identityClient.default(identityDefaults),
        sameSite: z.enum(['None', 'Lax']).default('None'),
      })
      .default({ client: identityDefaults, sameSite: 'None' }),
    accessLog: z.boolean().default(true),
    /** Where users connect. Without tls: plain HTTP, behind something that terminates TLS. */
    front: z.strictObject({
      ...listener,
      tls: z.strictObject({ cert: pem, key: pem }).optional(),
      limits: frontLimits.default(defaultFrontLimits),
    }),
    tunnelAddress: address.default('127.0.0.1:0'),
    /** Mutual TLS of the tunnel listener; null: bare TCP, for tests on one machine only. */
    tunnelTls: z.strictObject({ cert: pem, key: pem, ca: pem }).nullable(),
    /** Behind all keys of the deployment, at least 128 bits, the same for every instance. */
    secret: z.string().min(22, 'at least 22 base64url characters (128 bits)').optional(),
    /** The token service; needed once an application pre-authenticates. */
    tokenService: z
      .strictObject({
        issuer: z.url(),
        clientId: z.string().min(1),
        clientSecret: z.string().optional(),
        ca: pem.optional(),
        /** Claim of the ID token that names the user. */
        userClaim: z.string().min(1).default('sub'),
      })
      .optional(),
    /** Enrolment of connectors: who signs, and where one-time tokens lie. */
    admin: z
      .strictObject({
        ...listener,
        authority: z.strictObject({ cert: pem, key: pem }),
        tokensFolder: z.string(),
        certificateLife: span.default(micros(86_400_000_000)),
      })
      .optional(),
    /** `/ready` and `/metrics` in plain HTTP; keep it on a private address. */
    health: z.strictObject(listener).optional(),
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
    if (config.admin !== undefined && config.front.tls === undefined) {
      context.issues.push({
        code: 'custom',
        input: undefined,
        path: ['admin'],
        message: 'enrolment hands out certificates and needs front.tls for its own HTTPS',
      });
    }
  });

export type ServiceRoleConfig = z.infer<typeof serviceSchema>;
