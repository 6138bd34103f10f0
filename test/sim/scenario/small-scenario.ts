import type { Scenario } from '../../../sim/plan/scenario.ts';
import { readScenario } from '../../../sim/scenario/read.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema.ts';

/** Three sites, one group over all of them, one application. Valid; tests vary it. */
export const smallInput: ScenarioInput = {
  name: 'small',
  run: { duration: '10d', replications: 5 },
  topology: {
    sites: { paris: {}, lyon: {}, nice: {} },
    connectorGroups: { main: { connectors: { paris: 2, lyon: 2, nice: 2 }, cores: 2 } },
  },
  applications: { shop: { group: 'main' } },
  workload: { shoppers: { application: 'shop', requestsPerSecond: 20 } },
  faults: {
    random: [{ what: 'connector crash', target: 'every connector', mtbf: '1d', mttr: '10m' }],
    together: [{ name: 'power', faults: [{ what: 'site loss', target: 'one site' }], mtbf: '3d', mttr: '1h' }],
  },
  sweep: { 'connectors per site': [1, 2, 3], sites: [1, 2, 3] },
};

/** The scenario of some written data that must be right. */
export function read(input: unknown): Scenario {
  const result = readScenario(input);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.scenario;
}

/** What is wrong with some written data: `code path: message | hint`. */
export function problemsIn(input: unknown): readonly string[] {
  const result = readScenario(input);
  if (result.ok) return [];
  return result.problems.map(
    ({ code, path, message, hint }) => `${code.slice(13)} ${path.join('.')}: ${message} | ${hint}`,
  );
}
