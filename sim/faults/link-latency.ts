import { z } from 'zod';
import { micros } from '../../proxy/host/units.ts';
import { hopOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { connectorHop } from './link-hop.ts';
import { duration } from './quantity-schema.ts';
import { afterHeldRequests } from './settling.ts';

export const linkLatency = defineFault({
  kind: 'link latency',
  letter: 'L',
  phrase: 'has a slow link',
  documentation: 'Every message of the link is late by `latency` plus or minus up to `jitter`, in both directions.',
  acts: 'link',
  parameters: z.strictObject({
    latency: duration('1us').describe('Added one way, in both directions; a live run counts in whole milliseconds.'),
    jitter: duration().prefault('0s').describe('Uniform, at most the latency.'),
    hop: connectorHop,
  }),
  carries: 'nothing',
  detectedWithin: () => micros(0),
  settles: afterHeldRequests,
  effect: (world, targets, _plan, { latency, jitter, hop }) =>
    startAll(targets.map((part) => () => world.link(hopOf(part, hop), part, { kind: 'latency', latency, jitter }))),
});
