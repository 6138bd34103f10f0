import { z } from 'zod';
import { ratedThroughput } from '../capacity.ts';
import { defineAxis } from './axis.ts';

export const connectorCores = defineAxis({
  name: 'cores per connector',
  documentation: 'Size of every connector machine; throughput follows the documented table.',
  value: z.union([z.literal(2), z.literal(4), z.literal(8), z.literal(16)]),
  apply: (scenario, cores) => ({
    ...scenario,
    topology: {
      ...scenario.topology,
      groups: scenario.topology.groups.map((group) => ({
        ...group,
        machine: { ...group.machine, cores, requestsPerSecond: ratedThroughput.get(cores) ?? 0 },
      })),
    },
  }),
});
