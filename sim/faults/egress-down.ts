import { z } from 'zod';
import { connectorsOf } from './affected.ts';
import { startAll } from './combined.ts';
import { defineFault } from './fault.ts';
import { afterSilence, silenceNoticed } from './settling.ts';

export const egressDown = defineFault({
  kind: 'shared egress down',
  letter: 'E',
  phrase: 'is down',
  documentation:
    'The outbound path (firewall, line, proxy) that several connectors leave through fails: all of them fall silent at once though the machines are healthy. With `manner: reset` their connections are reset instead.',
  acts: 'egress',
  parameters: z.strictObject({
    manner: z
      .enum(['partition', 'reset'])
      .default('partition')
      .describe('partition: silence, noticed by missed heartbeats. reset: RST, noticed at once.'),
  }),
  carries: 'nothing',
  detectedWithin: silenceNoticed,
  settles: afterSilence,
  effect: (world, targets, plan, { manner }) =>
    startAll(
      targets
        .flatMap((egress) => connectorsOf(plan, egress))
        .map((part) => () => world.link('service-connector', part, { kind: manner })),
    ),
});
