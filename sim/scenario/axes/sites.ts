import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const sites = defineAxis({
  name: 'sites',
  documentation: 'The first n sites of the scenario, with the connectors that stand there.',
  value: z.int().min(1).max(50),
  apply: (scenario, count) => {
    const { sites, groups } = scenario.topology;
    if (count > sites.length) return `the scenario has ${sites.length} sites, not ${count}`;
    const kept = sites.slice(0, count);
    const keptIds = new Set(kept.map(({ id }) => id));
    return {
      ...scenario,
      topology: {
        ...scenario.topology,
        sites: kept,
        groups: groups.map((group) => ({
          ...group,
          connectors: group.connectors.filter(({ site }) => keptIds.has(site)),
        })),
      },
    };
  },
});
