import { z } from 'zod';
import { type Behaviour, documented, hardened } from '../../policy/behaviour.ts';
import { span } from './config-types.ts';

/** What the documentation leaves open, by name or in full. */
export const behaviourSchema = z.union([
  z.enum(['documented', 'hardened']).transform((name) => (name === 'documented' ? documented : hardened)),
  z
    .strictObject({
      name: z.string(),
      balancer: z.enum(['random', 'p2c-peak-ewma']),
      detection: z.strictObject({
        onClose: z.boolean(),
        pingInterval: span,
        suspectAfter: span.optional(),
        deadAfter: span.optional(),
      }),
      connectorWait: span,
      queue: z.strictObject({ perApplication: z.int().min(0), timeout: span }),
      retry: z.strictObject({
        attempts: z.int().min(0).max(10),
        budgetRatio: z.number().min(0).max(1).optional(),
        burst: z.number().min(0),
      }),
      ejection: z
        .strictObject({
          consecutiveFailures: z.int().min(1),
          baseSpan: span,
          maxSpan: span,
          maxShare: z.number().min(0).max(1),
        })
        .optional(),
      slowStart: span,
    })
    .transform(
      (given): Behaviour => ({
        ...given,
        detection: {
          ...given.detection,
          suspectAfter: given.detection.suspectAfter,
          deadAfter: given.detection.deadAfter,
        },
        retry: { ...given.retry, budgetRatio: given.retry.budgetRatio },
        ejection: given.ejection,
      }),
    ),
]);
