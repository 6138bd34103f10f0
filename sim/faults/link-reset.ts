import { z } from 'zod';
import { hopOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { connectorHop } from './link-hop.ts';
import { afterSilence, closeNoticed } from './settling.ts';

export const linkReset = defineFault({
  kind: 'link reset',
  letter: 'R',
  phrase: 'has its connections reset',
  documentation: 'Live connections of the link end with RST when data next flows, new ones are reset as well.',
  acts: 'link',
  parameters: z.strictObject({ hop: connectorHop }),
  carries: 'nothing',
  detectedWithin: closeNoticed,
  settles: afterSilence,
  effect: (world, targets, _plan, { hop }) =>
    startAll(targets.map((part) => () => world.link(hopOf(part, hop), part, { kind: 'reset' }))),
});
