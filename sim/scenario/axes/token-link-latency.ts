import { duration } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const tokenLinkLatency = defineAxis({
  name: 'token link latency',
  documentation: 'One-way latency to the token service.',
  value: duration(),
  apply: (scenario, latency) => ({
    ...scenario,
    topology: { ...scenario.topology, tokenLink: { ...scenario.topology.tokenLink, latency } },
  }),
});
