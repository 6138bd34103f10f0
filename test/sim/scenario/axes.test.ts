import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { planDigest } from '../../../sim/plan/digest.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { axisCatalogue } from '../../../sim/scenario/axes/catalogue.ts';
import { richInput } from './rich-scenario.ts';
import { read } from './small-scenario.ts';

/** Two values of each axis, and what of the plan they must show. */
const examples: Readonly<
  Record<string, readonly [string | number, string | number, (plan: Plan) => unknown, unknown]>
> = {
  'connectors per site': [1, 4, ({ topology }) => topology.connectors.length, 12],
  sites: [1, 2, ({ topology }) => topology.sites.length, 2],
  'cores per connector': [2, 8, ({ topology }) => topology.connectors[0]?.demand, 6723],
  'service instances': [1, 4, ({ topology }) => topology.instances.length, 4],
  egress: ['shared', 'per site', ({ topology }) => topology.connectors.at(-1)?.egress, 'lyon'],
  'connector restart delay': ['1s', '30s', ({ topology }) => topology.connectors[0]?.restartDelay, 30e6],
  'site link latency': ['1ms', '80ms', ({ topology }) => topology.sites[1]?.serviceLink.latency, 80e3],
  'token link latency': ['1ms', '80ms', ({ topology }) => topology.tokenLink.latency, 80e3],
  'access token lifetime': ['2h', '60m-90m', ({ identity }) => identity.sessionLife, { from: 1800e6, to: 2700e6 }],
  'keys cached for': ['1h', '2h', ({ identity }) => identity.keysCachedFor, 3600e6],
  'directory controllers': [1, 3, ({ directory }) => directory?.controllers, 3],
  behaviour: ['documented', 'plain', ({ behaviour }) => behaviour.queue.perApplication, 5],
  'detection time': [
    '5s',
    '20s',
    ({ behaviour }) => behaviour.detection,
    { onClose: true, pingInterval: 4e6, suspectAfter: 10e6, deadAfter: 20e6 },
  ],
  'requests per second': [
    10,
    27,
    ({ workloads }) => workloads.map((load) => [load.requestsPerSecond, load.users]),
    [
      [25, 14],
      [2, 20],
    ],
  ],
  'client retries': [0, 3, ({ workloads }) => workloads.map((load) => load.clientRetries), [3, 3]],
  'client retry budget': ['none', '15%', ({ workloads }) => workloads[1]?.clientRetryBudget, 0.15],
};

// Faults are left out: they name parts that small cells lack. The time scale of the rich scenario is 2.
const scenario = read({
  ...richInput,
  topology: {
    ...richInput.topology,
    connectorGroups: { ...richInput.topology.connectorGroups, mail: { connectors: { paris: 1 }, cores: 16 } },
  },
  faults: {},
  sweep: {},
});

test('every axis of the catalogue has an example here', () => {
  assert.equal(
    Object.keys(examples),
    axisCatalogue.map(({ name }) => name),
  );
});

for (const [axis, [one, other, look, expected]] of Object.entries(examples)) {
  test(`${axis}: turns its knob, and no two values give one plan`, () => {
    const at = (value: string | number) => compilePlan(scenario, { axes: { [axis]: value } });
    assert.equal(look(at(other)), expected);
    assert.is.not(planDigest({ ...at(one), axes: {} }), planDigest({ ...at(other), axes: {} }));
    assert.equal(at(one).axes, { [axis]: one });
  });

  test(`${axis}: refuses what is no value of it`, () => {
    const definition = axisCatalogue.find(({ name }) => name === axis);
    for (const wrong of ['', 'no such value', -1, Number.NaN])
      assert.type(definition?.apply(scenario, wrong), 'string');
  });
}

test('axes are applied in the order of the catalogue, however they are named', () => {
  const plan = (axes: Record<string, string>) => compilePlan(scenario, { axes }).behaviour;
  assert.equal(
    plan({ 'detection time': '7s', behaviour: 'documented' }),
    plan({ behaviour: 'documented', 'detection time': '7s' }),
  );
  assert.is(plan({ 'detection time': '7s', behaviour: 'documented' }).detection.deadAfter, 7e6);
});

test.run();
