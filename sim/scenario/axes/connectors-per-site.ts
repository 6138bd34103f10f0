import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const connectorsPerSite = defineAxis({
  name: 'connectors per site',
  documentation: 'Every group has this many connectors at each site it uses.',
  value: z.int().min(1).max(50),
  apply: (scenario, count) => ({
    ...scenario,
    topology: {
      ...scenario.topology,
      groups: scenario.topology.groups.map((group) => ({
        ...group,
        connectors: group.connectors.map((here) => (here.count === 0 ? here : { site: here.site, count })),
      })),
    },
  }),
});
