import { shippedBehaviours } from '../behaviour-schema.ts';
import { suggestion } from '../nearest.ts';
import { identifier } from '../topology-schema.ts';
import { defineAxis } from './axis.ts';

export const behaviour = defineAxis({
  name: 'behaviour',
  documentation: 'What the documentation leaves open: documented, hardened, or a record the scenario names.',
  value: identifier,
  apply: (scenario, name) => {
    const known = [...shippedBehaviours, ...scenario.behaviours];
    const behaviour = known.find((record) => record.name === name);
    if (behaviour !== undefined) return { ...scenario, behaviour };
    return `there is no behaviour "${name}"; ${suggestion(
      name,
      known.map((record) => record.name),
    )}`;
  },
});
