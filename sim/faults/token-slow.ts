import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { defineFault } from './fault.ts';
import { duration } from './quantity-schema.ts';
import { afterSessions } from './settling.ts';

export const tokenSlow = defineFault({
  kind: 'token slow',
  letter: 'U',
  phrase: 'answers late',
  documentation:
    'Every exchange with the token service takes `by` longer. Beyond the exchange time-out a slow token service is an outage that holds its callers.',
  acts: 'token-service',
  parameters: z.strictObject({ by: duration('1us').describe('Added to every exchange.') }),
  carries: 'session ages',
  detectedWithin: () => micros(0),
  settles: afterSessions,
  effect: (world, _targets, _plan, { by }) => world.tokenService({ kind: 'slow', added: by }),
});
