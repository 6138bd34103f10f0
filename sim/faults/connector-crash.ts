import { z } from 'zod';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterRestart, closeNoticed } from './settling.ts';

export const connectorCrash = defineFault({
  kind: 'connector crash',
  letter: 'C',
  phrase: 'crashes',
  documentation:
    'The connector process dies. Its tunnels end with FIN or RST, requests inside it are lost; at the end of the fault it starts anew and registers its tunnels.',
  acts: 'connector',
  parameters: z.strictObject({}),
  carries: 'nothing',
  detectedWithin: closeNoticed,
  settles: afterRestart,
  effect: (world, targets) => startAll(targets.map((part) => () => world.kill(part))),
});
