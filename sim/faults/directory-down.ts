import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { defineFault } from './fault.ts';
import { drain } from './settling.ts';

export const directoryDown = defineFault({
  kind: 'directory down',
  letter: 'D',
  phrase: 'is down',
  documentation:
    'No domain controller answers: applications with Kerberos single sign-on go on with cached tickets, new tickets fail, and failures are remembered for the negative cache.',
  acts: 'directory',
  parameters: z.strictObject({}),
  carries: 'tickets',
  detectedWithin: () => micros(0),
  settles: (plan) =>
    plan.directory === null ? drain : micros(plan.directory.negativeCache + 3 * plan.directory.ticketLife + drain),
  effect: (world) => world.directory({ kind: 'down' }),
});
