import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faultCatalogue } from '../../../sim/faults/catalogue.ts';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { readScenario } from '../../../sim/scenario/read.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';

/** Every selector there is over this topology, and some that name nothing. */
const nouns = ['connector', 'site', 'group', 'egress', 'service', 'application'] as const;
const names = {
  connector: 'paris/1',
  site: 'paris',
  group: 'shop',
  egress: 'paris',
  service: '1',
  application: 'shop',
};
const selectors: ReadonlyArray<string | undefined> = [
  undefined,
  'token-service',
  'directory',
  ...nouns.flatMap((noun) => [`every ${noun}`, `one ${noun}`, `${noun} ${names[noun]}`, `${noun} nowhere`]),
];

const required: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'link latency': { latency: '100ms' },
  'token slow': { by: '2s' },
  'token errors': { rate: '10%' },
  'link bandwidth': { rate: '1Mbit/s' },
  'backend slow': { by: '2s' },
};

function scenarioWith(fault: object): unknown {
  return {
    name: 'reach',
    run: { duration: '10s' },
    topology: {
      instances: 2,
      sites: { paris: {} },
      connectorGroups: { shop: { connectors: { paris: 2 } } },
    },
    directory: {},
    applications: { shop: { group: 'shop', singleSignOn: 'kerberos' } },
    workload: { people: { application: 'shop', requestsPerSecond: 2 } },
    faults: { schedule: [fault] },
  };
}

for (const kind of faultCatalogue.kinds) {
  test(`${kind}: every target is either a problem of the fault, or a part that the world can do it to`, async () => {
    let ran = 0;
    for (const target of selectors) {
      for (const more of kind.startsWith('link')
        ? [{}, { hop: 'connector-backend' }, { hop: 'service-connector' }]
        : [{}]) {
        const fault = { at: '1s', for: '2s', what: kind, ...required[kind], ...more, ...(target && { target }) };
        const read = readScenario(scenarioWith(fault));
        if (!read.ok) {
          assert.ok(
            read.problems.every(({ path, message }) => path[0] === 'faults' && message !== ''),
            `${target}: ${JSON.stringify(read.problems)}`,
          );
          continue;
        }
        await runVirtualPlan(compilePlan(read.scenario));
        ran += 1;
      }
    }
    assert.ok(ran > 0, 'no target at all');
  });
}

test.run();
