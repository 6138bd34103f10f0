import { duration } from '../../faults/quantity-schema.ts';
import { defineAxis } from './axis.ts';

export const keysCachedFor = defineAxis({
  name: 'keys cached for',
  documentation: 'How long the service goes on with the signing keys it has.',
  value: duration(),
  apply: (scenario, keysCachedFor) => ({
    ...scenario,
    identity: { ...scenario.identity, keysCachedFor },
  }),
});
