import { withTotalRate } from '../scenario/total-rate.ts';
import type { Scenario } from './scenario.ts';

/**
 * The scenario as a live run plays it: its `live` section applied. Both worlds can run it; it has a digest of its own.
 * Without such a section it is the scenario itself.
 */
export function liveForm(scenario: Scenario): Scenario {
  const { live } = scenario;
  if (live === null) return scenario;
  const replications =
    live.replications === null ? scenario.run.replications : { min: live.replications, max: live.replications };
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
