import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { nameOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { duration } from './quantity-schema.ts';
import { afterHeldRequests } from './settling.ts';

export const backendSlow = defineFault({
  kind: 'backend slow',
  letter: 'A',
  phrase: 'has a slow backend',
  documentation:
    'The application answers `by` later: requests hold their place under the connector cap longer, and beyond the backend time-out they fail.',
  acts: 'application',
  parameters: z.strictObject({ by: duration('1us').describe('Added to every answer.') }),
  carries: 'nothing',
  detectedWithin: () => micros(0),
  settles: afterHeldRequests,
  effect: (world, targets, _plan, { by }) =>
    startAll(targets.map((target) => () => world.backend(nameOf(target), { kind: 'slow', added: by }))),
});
