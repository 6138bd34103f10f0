import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { defineFault } from './fault.ts';
import { afterSessions } from './settling.ts';

export const tokenOutage = defineFault({
  kind: 'token outage',
  letter: 'T',
  phrase: 'refuses connections',
  documentation:
    'The token service is down: nobody can sign in, sessions that are still valid go on. How many are served depends on the time since the outage began and on session lifetimes.',
  acts: 'token-service',
  parameters: z.strictObject({}),
  carries: 'session ages',
  detectedWithin: () => micros(0),
  settles: afterSessions,
  effect: (world) => world.tokenService({ kind: 'outage' }),
});
