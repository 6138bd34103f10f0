import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STREAMS_MAX } from '../../../proxy/protocol/limits.ts';
import type { ScenarioInput } from '../../../sim/scenario/define.ts';
import { readScenario } from '../../../sim/scenario/read.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { planOf } from '../plan-of.ts';
import { lossesBy, requestsOf } from '../requests-of.ts';

const scenario = (maxConcurrent: number): ScenarioInput => ({
  name: 'limits',
  run: { duration: '10s' },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 }, maxConcurrent } } },
  applications: { shop: { group: 'shop' } },
  workload: { people: { application: 'shop', requestsPerSecond: 10 } },
});

test('the most a scenario may ask of a connector is what a tunnel carries', async () => {
  assert.is(readScenario(scenario(STREAMS_MAX + 1)).ok, false);
  assert.equal(lossesBy(requestsOf(await runVirtualPlan(planOf(scenario(STREAMS_MAX))))), {});
});

test.run();
