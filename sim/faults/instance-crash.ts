import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterInstanceReturn, afterRestart, afterSilence } from './settling.ts';

export const instanceCrash = defineFault({
  kind: 'service instance crash',
  letter: 'I',
  phrase: 'crashes',
  documentation:
    'One instance of the proxy service dies: requests inside it are lost, connectors dial it until it is back, and the front door sends users there until it notices.',
  acts: 'instance',
  parameters: z.strictObject({}),
  carries: 'nothing',
  detectedWithin: (plan) => plan.topology.frontDoor.unhealthyAfter,
  settles: (plan) => micros(Math.max(afterRestart(plan), afterSilence(plan), afterInstanceReturn(plan))),
  effect: (world, targets) => startAll(targets.map((part) => () => world.kill(part))),
});
