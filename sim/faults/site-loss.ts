import { z } from 'zod';
import { connectorsOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterSilence, silenceNoticed } from './settling.ts';

export const siteLoss = defineFault({
  kind: 'site loss',
  letter: 'X',
  phrase: 'is cut off',
  documentation:
    'The site falls silent (power, network): no FIN, no RST, new connections hang. The service learns of it by missed heartbeats alone.',
  acts: 'site',
  parameters: z.strictObject({}),
  carries: 'nothing',
  detectedWithin: silenceNoticed,
  settles: afterSilence,
  effect: (world, targets, plan) =>
    startAll(
      targets
        .flatMap((site) => connectorsOf(plan, site))
        .map((part) => () => world.link('service-connector', part, { kind: 'partition' })),
    ),
});
