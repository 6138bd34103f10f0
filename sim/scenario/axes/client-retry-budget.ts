import { z } from 'zod';
import { share } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const clientRetryBudget = defineAxis({
  name: 'client retry budget',
  documentation: 'Share of requests that clients may retry; none: no bound.',
  value: z.union([z.literal('none'), share()]),
  apply: (scenario, budget) => ({
    ...scenario,
    workloads: scenario.workloads.map((workload) => ({
      ...workload,
      clientRetryBudget: budget === 'none' ? null : budget,
    })),
  }),
});
