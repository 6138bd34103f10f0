import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterHeldRequests } from './settling.ts';

export const connectorSlow = defineFault({
  kind: 'connector slow',
  letter: 'S',
  phrase: 'is slow',
  documentation:
    'Every request costs the connector `factor` times the processor time: a noisy neighbour, a memory leak, a throttled virtual machine. Heartbeats go on.',
  acts: 'connector',
  parameters: z.strictObject({
    factor: z.number().min(1).max(1000).default(4).describe('Processor time per request is multiplied by this (≥ 1).'),
  }),
  carries: 'nothing',
  detectedWithin: () => micros(0),
  settles: afterHeldRequests,
  effect: (world, targets, _plan, { factor }) => startAll(targets.map((part) => () => world.slow(part, factor))),
});
