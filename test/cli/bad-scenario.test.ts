import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import { temporaryFolder } from './holdfast.ts';
import { refused } from './refused.ts';

const home = temporaryFolder();

const text = (topology: string, application = '{ group: shop }', faults = ''): string => `name: bad
run: { duration: 1m, replications: 2 }
topology: ${topology}
applications: { shop: ${application} }
workload: { shoppers: { application: shop, requestsPerSecond: 10 } }
${faults}
objectives: { availability: { atLeast: 90% } }
`;
const sound = '{ sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } }';

const scenarios: ReadonlyArray<readonly [name: string, yaml: string, says: ReadonlyArray<string | RegExp>]> = [
  ['no YAML', 'name: [', ['ERR_SCENARIO_SYNTAX']],
  ['an empty file', '', ['ERR_SCENARIO']],
  ['a list', '- a\n- b\n', ['ERR_SCENARIO']],
  [
    'a group without connectors',
    text('{ sites: { paris: {} }, connectorGroups: { shop: { connectors: {} } } }'),
    [/connector/, /-->.*:3:/],
  ],
  ['an application without a group', text(sound, '{}'), ['applications.shop.group is missing', /-->.*:4:/]],
  ['an unknown group', text(sound, '{ group: shpo }'), ['there is no connector group "shpo"', 'did you mean "shop"?']],
  [
    'an unknown fault',
    text(
      sound,
      undefined,
      'faults: { schedule: [{ what: conector crash, target: connector paris/1, at: 1s, for: 2s }] }',
    ),
    ['did you mean "connector crash"?'],
  ],
  [
    'an unknown connector',
    text(
      sound,
      undefined,
      'faults: { schedule: [{ what: connector crash, target: connector paris/7, at: 1s, for: 2s }] }',
    ),
    ['paris/7', /-->.*:6:/],
  ],
];
for (const [name, yaml, says] of scenarios) {
  test(`a scenario with ${name}`, async () => {
    writeFileSync(path.join(home, 'bad.yaml'), yaml);
    await refused(home, ['run', 'bad.yaml'], says);
    await refused(home, ['check', 'bad.yaml'], says);
  });
}

test('a TypeScript scenario that throws, and one that exports no data', async () => {
  writeFileSync(path.join(home, 'throws.ts'), "throw new Error('not today');\n");
  await refused(home, ['run', 'throws.ts'], ['ERR_SCENARIO_FILE', 'not today']);
  writeFileSync(path.join(home, 'function.ts'), 'export default { name: () => 1 };\n');
  await refused(home, ['run', 'function.ts'], ['a function is no data']);
  writeFileSync(path.join(home, 'nothing.ts'), 'export const scenario = 1;\n');
  await refused(home, ['run', 'nothing.ts'], ['default export', 'defineScenario']);
});

test.run();
