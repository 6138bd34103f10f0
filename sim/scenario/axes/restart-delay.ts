import { duration } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const restartDelay = defineAxis({
  name: 'connector restart delay',
  documentation: 'From the end of a crash until the connector dials its tunnels again.',
  value: duration(),
  apply: (scenario, delay) => ({
    ...scenario,
    topology: {
      ...scenario.topology,
      groups: scenario.topology.groups.map((group) => ({
        ...group,
        machine: { ...group.machine, restartDelay: delay },
      })),
    },
  }),
});
