import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const serviceInstances = defineAxis({
  name: 'service instances',
  documentation: 'Instances of the proxy service.',
  value: z.int().min(1).max(50),
  apply: (scenario, instances) => ({ ...scenario, topology: { ...scenario.topology, instances } }),
});
