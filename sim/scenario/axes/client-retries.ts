import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const clientRetries = defineAxis({
  name: 'client retries',
  documentation: 'How often users’ clients try again after a failed answer.',
  value: z.int().min(0).max(20),
  apply: (scenario, clientRetries) => ({
    ...scenario,
    workloads: scenario.workloads.map((workload) => ({ ...workload, clientRetries })),
  }),
});
