import { micros, seconds } from '../../../proxy/host/units.ts';
import { duration } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const detectionTime = defineAxis({
  name: 'detection time',
  documentation: 'Silence after which a connector is given up; the heartbeat is a fifth of it, at most 10 s.',
  value: duration('10ms'),
  apply: (scenario, deadAfter) => ({
    ...scenario,
    behaviour: {
      ...scenario.behaviour,
      detection: {
        ...scenario.behaviour.detection,
        pingInterval: micros(Math.min(deadAfter / 5, seconds(10))),
        suspectAfter:
          scenario.behaviour.detection.suspectAfter === undefined ? undefined : micros(Math.ceil(deadAfter / 2)),
        deadAfter,
      },
    },
  }),
});
