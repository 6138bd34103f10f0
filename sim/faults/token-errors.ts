import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { defineFault } from './fault.ts';
import { duration, share } from './quantity-schema.ts';
import { afterSessions } from './settling.ts';

export const tokenErrors = defineFault({
  kind: 'token errors',
  letter: 'V',
  phrase: 'fails a share of exchanges',
  documentation:
    'A brown-out: each exchange with the token service fails with `status` at this `rate`. `retryAfter` is sent along when it is given (a throttled token service answers 429 with it).',
  acts: 'token-service',
  parameters: z.strictObject({
    rate: share().describe('Share of exchanges that fail.'),
    status: z.int().min(400).max(599).default(503).describe('HTTP status of the failures.'),
    retryAfter: duration().prefault('0s').describe('Retry-After of the failures; 0s: none is sent.'),
  }),
  carries: 'session ages',
  detectedWithin: () => micros(0),
  settles: afterSessions,
  effect: (world, _targets, _plan, { rate, status, retryAfter }) =>
    world.tokenService({ kind: 'errors', rate, status, retryAfter: retryAfter === 0 ? null : retryAfter }),
});
