import { withTotalRate } from '../scenario/total-rate.ts';
import type { Scenario } from './scenario.ts';

/**
 * The scenario as a live run plays it: its `live` section applied. Both worlds can run it; it has a digest of its own.
 * Live runs take real time and have no stopping rule: unless the section says how many, as few as the scenario allows.
 */
export function liveForm(scenario: Scenario): Scenario {
  const { live } = scenario;
  const count = live?.replications ?? scenario.run.replications.min;
  const replications = { min: count, max: count };
  if (live === null) return { ...scenario, run: { ...scenario.run, replications } };
  const form: Scenario = {
    ...scenario,
    run: {
      ...scenario.run,
      duration: live.duration ?? scenario.run.duration,
      timeScale: live.timeScale ?? scenario.run.timeScale,
      replications,
    },
    faults: live.faults ?? scenario.faults,
    sweep: live.sweep ?? scenario.sweep,
    live: null,
  };
  return live.requestsPerSecond === null ? form : withTotalRate(form, live.requestsPerSecond);
}
