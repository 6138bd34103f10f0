import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asWrittenCell } from '../../../sim/plan/as-written.ts';
import { cells } from '../../../sim/plan/cells.ts';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { liveVariantWords } from '../../../sim/plan/live-variant-words.ts';
import type { Scenario } from '../../../sim/plan/scenario.ts';
import type { ScenarioInput } from '../../../sim/scenario/define.ts';
import { read } from '../scenario/small-scenario.ts';

const input: ScenarioInput = {
  name: 'one connector',
  run: { duration: '30d' },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } },
  applications: { shop: { group: 'shop' } },
  workload: { people: { application: 'shop', requestsPerSecond: 40, users: 400 } },
  faults: { random: [{ what: 'connector crash', target: 'every connector', mtbf: '10d', mttr: '30m' }] },
};
const written = (scenario: Scenario) =>
  asWrittenCell(
    scenario,
    cells(scenario).map((axes) => compilePlan(scenario, { axes })),
  );

test('the cell with the plan of the scenario itself, wherever it is in the sweep', () => {
  assert.is(written(read({ ...input, sweep: { 'connectors per site': [2, 1, 3] } })), 1);
  assert.is(written(read({ ...input, sweep: { behaviour: ['hardened', 'documented'] } })), 1);
  assert.is(written(read({ ...input, sweep: { 'connectors per site': [2, 3] } })), null, 'the sweep leaves it out');
  assert.is(written(read(input)), 0);
});

test('a live variant says how it differs, and says nothing where it does not', () => {
  const live = {
    duration: '30s',
    requestsPerSecond: 30,
    sweep: { 'connectors per site': [1] },
    faults: { schedule: [{ what: 'connector crash', target: 'connector paris/1', at: '8s', for: '8s' }] },
  } as const;
  const scenario = read({ ...input, sweep: { 'connectors per site': [1, 2] }, live } as unknown as ScenarioInput);
  assert.is(
    liveVariantWords(scenario),
    'Live variant: 1 of 2 configurations, faults staged for it, 30s instead of 30d, 30 requests a second instead of 40.',
  );
  assert.is(liveVariantWords(read(input)), '');
});

test.run();
