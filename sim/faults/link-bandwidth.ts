import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { hopOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { connectorHop } from './link-hop.ts';
import { byteRate } from './quantity-schema.ts';
import { afterHeldRequests } from './settling.ts';

export const linkBandwidth = defineFault({
  kind: 'link bandwidth',
  letter: 'W',
  phrase: 'has a narrow link',
  documentation: 'Each connection of the link carries at most `rate` in each direction; what does not fit waits.',
  acts: 'link',
  parameters: z.strictObject({
    rate: byteRate().describe('Of each connection, in each direction; a live run counts in whole kB/s.'),
    hop: connectorHop,
  }),
  carries: 'nothing',
  detectedWithin: () => micros(0),
  settles: afterHeldRequests,
  effect: (world, targets, _plan, { rate, hop }) =>
    startAll(
      targets.map((part) => () => world.link(hopOf(part, hop), part, { kind: 'bandwidth', bytesPerSecond: rate })),
    ),
});
