import { z } from 'zod';
import { hopOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { connectorHop } from './link-hop.ts';
import { afterSilence, silenceNoticed } from './settling.ts';

export const linkPartition = defineFault({
  kind: 'link partition',
  letter: 'P',
  phrase: 'is partitioned',
  documentation: 'Silence on the link in both directions; what is sent is held or lost, new connections hang.',
  acts: 'link',
  parameters: z.strictObject({ hop: connectorHop }),
  carries: 'nothing',
  detectedWithin: silenceNoticed,
  settles: afterSilence,
  effect: (world, targets, _plan, { hop }) =>
    startAll(targets.map((part) => () => world.link(hopOf(part, hop), part, { kind: 'partition' }))),
});
