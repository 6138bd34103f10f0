import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterHeldRequests, afterSilence, silenceNoticed } from './settling.ts';

export const connectorHang = defineFault({
  kind: 'connector hang',
  letter: 'H',
  phrase: 'hangs',
  documentation:
    'The connector process stops running and keeps its sockets: bytes are accepted until the buffers are full, nothing is answered. At the end it goes on, and late timers fire at once.',
  acts: 'connector',
  parameters: z.strictObject({}),
  carries: 'nothing',
  detectedWithin: silenceNoticed,
  settles: (plan) => micros(Math.max(afterSilence(plan), afterHeldRequests(plan))),
  effect: (world, targets) => startAll(targets.map((part) => () => world.freeze(part))),
});
