import { z } from 'zod';
import { withTotalRate } from '../total-rate.ts';
import { defineAxis } from './axis.ts';

export const requestsPerSecond = defineAxis({
  name: 'requests per second',
  documentation: 'Total load; the workloads keep their proportions.',
  value: z.number().positive().max(1_000_000),
  apply: (scenario, total) => withTotalRate(scenario, total),
});
