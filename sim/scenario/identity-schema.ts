import { z } from 'zod';
import { duration } from '../faults/quantity-schema.ts';
import { parseDuration } from '../plan/quantities.ts';

const lifetimeMessage = 'must be a lifetime such as 1h, or a range such as 60m-90m (uniform, both ends included)';

/** `1h` or `60m-90m`; undefined when it is neither, is zero, or runs backwards. */
function parseLifetime(text: string): { from: number; to: number } | undefined {
  const [low = '', high = low, ...more] = text.split('-');
  const from = parseDuration(low);
  const to = parseDuration(high);
  if (more.length > 0 || from === undefined || to === undefined || from <= 0 || to < from) return undefined;
  return { from, to };
}

export const lifetime = z
  .string({ error: lifetimeMessage })
  .regex(/^[0-9.a-z]+(-[0-9.a-z]+)?$/, lifetimeMessage)
  .refine((text) => parseLifetime(text) !== undefined, lifetimeMessage)
  .transform((text) => parseLifetime(text) ?? { from: 0, to: 0 });

export const identitySchema = z
  .strictObject({
    accessTokenLifetime: lifetime
      .prefault('60m-90m')
      .describe('Life of an access token and of the session made from it (documented: 60 to 90 minutes, uniform).'),
    exchangeTime: duration().prefault('20ms').describe('Work of the token service per exchange.'),
    exchangeTimeout: duration('1ms').prefault('10s').describe('After this the service gives an exchange up.'),
    startInEquilibrium: z
      .boolean()
      .default(true)
      .describe('Users arrive with sessions of stationary age; false: everybody signs in first.'),
    signInAgain: z.boolean().default(true).describe('A user whose session ended signs in at the next request.'),
    keys: z
      .strictObject({
        cachedFor: duration().prefault('24h'),
        serveStaleFor: duration().prefault('24h').describe('Beyond that, while the token service cannot be reached.'),
      })
      .prefault({})
      .describe('Signing keys at the service.'),
  })
  .prefault({});

export const directorySchema = z
  .strictObject({
    controllers: z.int().min(1).max(20).default(2),
    ticketLife: duration('1ms')
      .prefault('600m')
      .describe('Kerberos ticket cache on the connectors (documented: 600 min).'),
    issueTime: duration().prefault('5ms'),
    negativeCache: duration().prefault('45s').describe('Fail fast after no controller answered (documented: 45 s).'),
  })
  .describe('Needed by applications with single sign-on kerberos; then it is there by default.');
