import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ScenarioError } from '../../../sim/scenario/problem.ts';
import { readYamlScenario } from '../../../sim/scenario/read-yaml.ts';
import { root } from '../../repository/source-tree.ts';

const failure = (text: string): ScenarioError => {
  try {
    readYamlScenario(text, 'shop.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('was read');
};

const wrong = `name: shop
topology:
  instnces: 3
  sites:
    paris: { link: { latency: 12 } }
    lyon:
  connectorGroups:
    shop: { connectors: { pariss: 2, lyon: "3" } }
applications:
  shop: { group: shopp }
workload:
  shoppers: { application: shop, requestsPerSecond: 0 }
faults:
  random:
    - { what: connector crsh, target: every connector, mtbf: 2d, mttr: 3m }
    - { what: token slow, bye: 3s, mtbf: 2d, mttr: 3m }
objectives: { availability: { atLeast: 99.9 } }
`;

test('every problem has its line, column, source and hint, and is printed', () => {
  const golden = path.join(root, 'test/sim/scenario/problems.golden.txt');
  const error = failure(wrong);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, `${error.message}\n`);
  assert.is(`${error.message}\n`, readFileSync(golden, 'utf8'));
  assert.is(error.code, 'ERR_SCENARIO');
  assert.is(error.problems.length, 11);
});

test('a hundred problems are printed, the rest counted', () => {
  const keys = Array.from({ length: 103 }, (_, i) => `stranger${i}: 1\n`).join('');
  const { problems, message } = failure(`${wrong}${keys}`);
  assert.is(problems.length, 114);
  assert.is(message.match(/ --> /g)?.length, 100);
  assert.ok(message.endsWith('and 14 more problems'), message.slice(-200));
});

test('a place is where the reader must look', () => {
  const at = (key: string) => {
    const one = failure(wrong).problems.find(({ path: where }) => where.join('.').endsWith(key));
    return `${one?.line}:${one?.column}`;
  };
  assert.is(at('instnces'), '3:3');
  assert.is(at('paris.link.latency'), '5:31');
  assert.is(at('shop.group'), '10:18');
  assert.is(at('random.1.bye'), '16:27');
  assert.is(at('random.1.by'), '16:7');
});

test('syntax errors and duplicate keys have a place too', () => {
  const [syntax] = failure('name: [a').problems;
  assert.is(syntax?.code, 'ERR_SCENARIO_SYNTAX');
  const [duplicate] = failure('name: a\nname: b\n').problems;
  assert.is(`${duplicate?.line} ${duplicate?.message}`, '2 YAML: Map keys must be unique');
});

test('an empty file, a list and a text are no scenarios', () => {
  for (const text of ['', '[]', 'hello', '42']) assert.ok(failure(text).problems.length > 0);
});

test('a bomb of aliases is refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, n) => `l${n + 1}: &l${n + 1} [${'*l0, '.replace('0', String(n)).repeat(9)}]`,
  );
  assert.is(failure(`l0: &l0 [x]\n${levels.join('\n')}\n`).problems[0]?.code, 'ERR_SCENARIO_SYNTAX');
});

test('law: no text makes anything but a scenario or a coded error', () => {
  const broken = fc
    .tuple(fc.nat(wrong.length), fc.nat(20), fc.string({ maxLength: 8 }))
    .map(([at, cut, text]) => wrong.slice(0, at) + text + wrong.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(broken, fc.string()), (text) => {
      assert.ok(failure(text).problems.length > 0);
    }),
    { numRuns: 200 },
  );
});

test('a merge key of YAML is what it stands for', () => {
  const text = `name: shop
topology: { sites: { paris: {} }, connectorGroups: { a: &usual { connectors: { paris: 2 }, cores: 4 }, b: { <<: *usual, cores: 2 } } }
applications: { a: { group: a }, b: { group: b } }
workload: { a: { application: a, requestsPerSecond: 1 } }
`;
  const { groups } = readYamlScenario(text, 'shop.yaml').topology;
  assert.equal(
    groups.map(({ connectors, machine }) => [connectors[0]?.count, machine.cores]),
    [
      [2, 4],
      [2, 2],
    ],
  );
});

test.run();
