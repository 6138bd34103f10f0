import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { nameOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterHeldRequests } from './settling.ts';

export const backendDown = defineFault({
  kind: 'backend down',
  letter: 'B',
  phrase: 'has no backend',
  documentation: 'The application behind the connectors refuses connections; users see "Bad gateway".',
  acts: 'application',
  parameters: z.strictObject({}),
  carries: 'nothing',
  detectedWithin: () => micros(0),
  settles: afterHeldRequests,
  effect: (world, targets) => startAll(targets.map((target) => () => world.backend(nameOf(target), { kind: 'down' }))),
});
