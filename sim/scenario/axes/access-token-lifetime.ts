import { micros } from '../../../proxy/host/units.ts';
import { lifetime } from '../identity-schema.ts';
import { defineAxis } from './axis.ts';

export const accessTokenLifetime = defineAxis({
  name: 'access token lifetime',
  documentation: 'Life of access tokens and of the sessions made from them: 1h, or a range such as 60m-90m.',
  value: lifetime,
  apply: (scenario, { from, to }) => ({
    ...scenario,
    identity: { ...scenario.identity, sessionLife: { from: micros(from), to: micros(to) } },
  }),
});
