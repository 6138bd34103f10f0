import type { RunJobs } from '../../../sim/sweep/job.ts';

/** A job that never ends and never yields, as the simulation of a year would look to whoever waits for it. */
const endless: RunJobs = () => {
  for (;;);
};
export default endless;
