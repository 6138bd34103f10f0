import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioDigest } from '../../../sim/plan/digest.ts';
import type { Scenario } from '../../../sim/plan/scenario.ts';
import { explainScenario } from '../../../sim/scenario/explain.ts';
import { readYamlScenario } from '../../../sim/scenario/read-yaml.ts';
import { root } from '../../repository/source-tree.ts';
import { richInput } from './rich-scenario.ts';
import { problemsIn, read, smallInput } from './small-scenario.ts';

const shipped = readdirSync(path.join(root, 'scenarios'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [file, readYamlScenario(readFileSync(path.join(root, 'scenarios', file), 'utf8'), file)] as const);
const all: ReadonlyArray<readonly [string, Scenario]> = [
  ...shipped,
  ['small', read(smallInput)],
  ['rich', read(richInput)],
];

for (const [name, scenario] of all) {
  test(`${name}: what explain prints as YAML and JSON reads back to the same scenario`, () => {
    for (const form of ['yaml', 'json'] as const) {
      const again = readYamlScenario(explainScenario(scenario, form), name);
      assert.equal(again, scenario);
      assert.is(scenarioDigest(again), scenarioDigest(scenario));
    }
  });
}

test('prose of a scenario that says everything', () => {
  const golden = path.join(root, 'test/sim/scenario/rich-prose.golden.txt');
  const text = explainScenario(read(richInput), 'prose');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
  assert.is(text, readFileSync(golden, 'utf8'));
});

test('prose names no undefined value and no raw microseconds', () => {
  for (const [name, scenario] of all) {
    const text = explainScenario(scenario, 'prose');
    assert.not.match(text, /undefined|null|NaN|\[object/, name);
    assert.not.match(text, /\d{7,}/, name);
  }
});

test('prose says what fails at once: a place with all its connectors, "every" one by one', () => {
  const told = (what: string, target: string): string =>
    explainScenario(
      read({ ...smallInput, faults: { random: [{ what, target, mtbf: '30d', mttr: '1h' }] }, sweep: {} }),
      'prose',
    );
  const at = (subject: string, causes: string) => `${subject}${causes}: on average after 30 days without trouble`;
  assert.match(
    told('link partition', 'site lyon'),
    at('Site lyon is partitioned (hop service-connector)', ', all its connectors at once'),
  );
  assert.match(
    told('connector crash', 'every egress'),
    at('Every egress crashes', ', each on its own clock, all its connectors at once'),
  );
  assert.match(told('connector crash', 'every connector'), at('Every connector crashes', ', each on its own clock'));
  assert.match(told('connector crash', 'connector lyon/1'), at('Connector lyon/1 crashes', ''));
  assert.match(told('site loss', 'site lyon'), at('Site lyon is cut off', ''));
});

test('where two groups stand at one site, prose and refusals name the connectors by their numbers', () => {
  const two = {
    ...smallInput,
    topology: {
      sites: { paris: {}, lyon: {} },
      connectorGroups: { shop: { connectors: { paris: 3, lyon: 1 } }, mail: { connectors: { paris: 1 } } },
    },
    applications: { shop: { group: 'shop' }, mail: { group: 'mail' } },
    faults: {},
    sweep: {},
  };
  const text = explainScenario(read(two), 'prose');
  assert.match(text, 'shop: three connectors at paris (paris/1, paris/3 and paris/5) and one connector at lyon;');
  assert.match(text, 'mail: one connector at paris (paris/2);');
  const schedule = [{ what: 'connector crash', target: 'connector paris/4', at: '1m', for: '1m' }];
  assert.equal(problemsIn({ ...two, faults: { schedule } }), [
    'TARGET faults.schedule.0.target: there is no connector "paris/4" | there is paris/1, paris/3, paris/5, paris/2',
  ]);
});

test('a group that names a site with no connector there leaves gaps in the numbers, and prose names the others', () => {
  const gaps = {
    ...smallInput,
    topology: {
      sites: { paris: {}, lyon: {} },
      connectorGroups: { shop: { connectors: { paris: 2 } }, mail: { connectors: { paris: 0, lyon: 1 } } },
    },
    applications: { shop: { group: 'shop' }, mail: { group: 'mail' } },
    faults: {},
    sweep: {},
  };
  const text = explainScenario(read(gaps), 'prose');
  assert.match(text, 'shop: two connectors at paris (paris/1 and paris/3);');
  assert.match(text, 'one connector at lyon;');
});

test.run();
