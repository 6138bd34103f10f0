import { duration } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const siteLinkLatency = defineAxis({
  name: 'site link latency',
  documentation: 'One-way latency between every site and the proxy service.',
  value: duration(),
  apply: (scenario, latency) => ({
    ...scenario,
    topology: {
      ...scenario.topology,
      sites: scenario.topology.sites.map((site) => ({ ...site, serviceLink: { ...site.serviceLink, latency } })),
    },
  }),
});
