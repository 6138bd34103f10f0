import { z } from 'zod';
import type { Behaviour } from '../../proxy/policy/behaviour.ts';
import { documented, hardened } from '../../proxy/policy/behaviour.ts';
import { duration, share } from '../faults/quantity-schema.ts';
import { identifier } from './topology-schema.ts';

export const shippedBehaviours: readonly Behaviour[] = [documented, hardened];

const never = <T extends z.ZodType>(schema: T) => z.union([z.literal('never'), schema]);

/** Deviations from one of the shipped records. What is not said is as in `base`. */
const deviations = {
  base: z.enum(['documented', 'hardened']).default('documented'),
  balancer: z.enum(['random', 'p2c-peak-ewma']).optional(),
  detection: z
    .strictObject({
      onClose: z.boolean().optional().describe('A closed tunnel counts at once.'),
      pingInterval: duration('1ms').optional(),
      suspectAfter: never(duration('1ms')).optional().describe('No new work after this much silence.'),
      deadAfter: never(duration('1ms')).optional().describe('Dropped after this much silence; never: detection off.'),
    })
    .optional(),
  connectorWait: duration().optional().describe('Wait for a connector before "Gateway time-out".'),
  queue: z
    .strictObject({ perApplication: z.int().min(0).max(1_000_000).optional(), timeout: duration().optional() })
    .optional(),
  retry: z
    .strictObject({
      attempts: z.int().min(0).max(10).optional(),
      budget: z
        .union([z.literal('none'), share()])
        .optional()
        .describe('Share of requests over 10 s.'),
      burst: z.int().min(0).max(10_000).optional(),
    })
    .optional(),
  ejection: z
    .union([
      z.literal('off'),
      z.strictObject({
        consecutiveFailures: z.int().min(1).optional(),
        baseSpan: duration('1ms').optional(),
        maxSpan: duration('1ms').optional(),
        maxShare: share().optional(),
      }),
    ])
    .optional(),
  slowStart: duration().optional(),
};

const record = z.strictObject(deviations);
export type BehaviourDeviations = z.output<typeof record>;

export const behaviourSchema = z
  .union([identifier, z.strictObject({ name: identifier, ...deviations })])
  .default('documented')
  .describe(
    'What the documentation leaves open: documented, hardened, a name of `behaviours`, or a record of its own.',
  );

export const behavioursSchema = z.record(identifier, record).default({});

const unlessNever = <T>(value: T | 'never' | undefined, base: T | undefined): T | undefined =>
  value === 'never' ? undefined : (value ?? base);

/** The record `name`: its base with the deviations applied. */
export function behaviourOf(name: string, input: BehaviourDeviations): Behaviour {
  const base = input.base === 'hardened' ? hardened : documented;
  const { detection, queue, retry, ejection } = input;
  const budget = retry?.budget;
  return {
    name,
    balancer: input.balancer ?? base.balancer,
    detection: {
      onClose: detection?.onClose ?? base.detection.onClose,
      pingInterval: detection?.pingInterval ?? base.detection.pingInterval,
      suspectAfter: unlessNever(detection?.suspectAfter, base.detection.suspectAfter),
      deadAfter: unlessNever(detection?.deadAfter, base.detection.deadAfter),
    },
    connectorWait: input.connectorWait ?? base.connectorWait,
    queue: {
      perApplication: queue?.perApplication ?? base.queue.perApplication,
      timeout: queue?.timeout ?? base.queue.timeout,
    },
    retry: {
      attempts: retry?.attempts ?? base.retry.attempts,
      budgetRatio: budget === 'none' ? undefined : (budget ?? base.retry.budgetRatio),
      burst: retry?.burst ?? base.retry.burst,
    },
    ejection: ejectionOf(ejection, base),
    slowStart: input.slowStart ?? base.slowStart,
  };
}

function ejectionOf(input: BehaviourDeviations['ejection'], base: Behaviour): Behaviour['ejection'] {
  if (input === 'off') return undefined;
  if (input === undefined) return base.ejection;
  // A scenario that switches ejection on over `documented` starts from the values of `hardened`.
  const from = base.ejection ?? hardened.ejection;
  if (from === undefined) return undefined;
  return {
    consecutiveFailures: input.consecutiveFailures ?? from.consecutiveFailures,
    baseSpan: input.baseSpan ?? from.baseSpan,
    maxSpan: input.maxSpan ?? from.maxSpan,
    maxShare: input.maxShare ?? from.maxShare,
  };
}
