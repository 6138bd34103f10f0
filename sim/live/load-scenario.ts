import { LiveClock } from '../../proxy/node/clock.ts';
import type { Scenario } from '../plan/scenario.ts';
import { readScenarioFile } from '../scenario/load-file.ts';

/**
 * The scenario in a file; one that is a program gets half a minute of real time, and what it prints goes to stderr.
 * @throws ScenarioError, HoldfastError ERR_SCENARIO_FILE: as `readScenarioFile`
 */
export const loadScenarioFile = (file: string): Promise<Scenario> =>
  readScenarioFile(file, new LiveClock(), process.stderr);
