import { z } from 'zod';
import { defineAxis } from './axis.ts';

export const directoryControllers = defineAxis({
  name: 'directory controllers',
  documentation: 'Domain controllers that issue tickets.',
  value: z.int().min(1).max(20),
  apply: (scenario, controllers) =>
    scenario.directory === null
      ? 'the scenario has no directory'
      : { ...scenario, directory: { ...scenario.directory, controllers } },
});
