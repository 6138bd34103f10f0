import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const egress = defineAxis({
  name: 'egress',
  documentation: 'Whether all sites leave through one outbound path or each through its own.',
  value: z.enum(['shared', 'per site']),
  apply: (scenario, mode) => ({
    ...scenario,
    topology: {
      ...scenario.topology,
      sites: scenario.topology.sites.map((site, _index, all) => ({
        ...site,
        egress: mode === 'shared' ? (all[0]?.egress ?? site.id) : site.id,
      })),
    },
  }),
});
