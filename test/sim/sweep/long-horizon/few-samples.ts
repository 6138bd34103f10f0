import { longHorizonDefaults } from '../../../../sim/sweep/long-horizon/study-long-horizon.ts';

/** How to study two replications with few requests, for tests of what a study simulates rather than of how precise it is. */
export const fewSamples = {
  ...longHorizonDefaults,
  confidence: 0.95,
  looks: [2],
  precision: 0,
  stopWhenDecided: false,
  rareRequests: 10_000,
};
