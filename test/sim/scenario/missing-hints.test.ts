import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withHints } from '../../../sim/scenario/missing-hints.ts';
import { problem } from '../../../sim/scenario/problem.ts';
import { readScenario } from '../../../sim/scenario/read.ts';
import { problemsIn, smallInput } from './small-scenario.ts';

const { topology } = smallInput;
const { topology: _none, ...withoutTopology } = smallInput;

const cases: Readonly<Record<string, readonly [input: unknown, expected: string]>> = {
  'an application without a group: the only one': [
    { ...smallInput, applications: { shop: {} } },
    'MISSING applications.shop.group: applications.shop.group is missing | write group: main',
  ],
  'an application without a group: all there are, its namesake first': [
    {
      ...smallInput,
      topology: { ...topology, connectorGroups: { ...topology.connectorGroups, shop: { connectors: { paris: 1 } } } },
      applications: { shop: {} },
    },
    'MISSING applications.shop.group: applications.shop.group is missing | write group: shop; the connector groups are main, shop',
  ],
  'an application without anything': [
    { ...smallInput, applications: { shop: null } },
    'TYPE applications.shop: applications.shop must be a mapping | write shop: { group: main }',
  ],
  'no connector groups, and none named': [
    { ...smallInput, topology: { sites: { lyon: {} } }, applications: { shop: {} } },
    'MISSING applications.shop.group: applications.shop.group is missing | write group: shop, and connectorGroups: { shop: { connectors: { lyon: 2 } } } in topology',
  ],
  'no connector groups, one named': [
    { ...smallInput, topology: { sites: { lyon: {} } } },
    'MISSING topology.connectorGroups: topology.connectorGroups is missing | write connectorGroups: { main: { connectors: { lyon: 2 } } }',
  ],
  'empty connector groups': [
    { ...smallInput, topology: { sites: { lyon: {} }, connectorGroups: {} } },
    'EMPTY topology.connectorGroups: there must be at least a connector group | write connectorGroups: { main: { connectors: { lyon: 2 } } }',
  ],
  'a group that is not there while there is none': [
    { ...smallInput, topology: { sites: { lyon: {} }, connectorGroups: {} } },
    'UNKNOWN_NAME applications.shop.group: there is no connector group "main" | there is no connector group yet: define "main" first',
  ],
  'a group without its connectors': [
    { ...smallInput, topology: { sites: { lyon: {} }, connectorGroups: { main: {} } } },
    'MISSING topology.connectorGroups.main.connectors: topology.connectorGroups.main.connectors is missing | write connectors: { lyon: 2 }, the number at each site',
  ],
  'no sites, though a group names them': [
    { ...smallInput, topology: { connectorGroups: { main: { connectors: { rome: 2 } } } } },
    'MISSING topology.sites: topology.sites is missing | write sites: { rome: {} }',
  ],
  'no topology at all': [
    withoutTopology,
    'MISSING topology: topology is missing | write topology: { sites: { paris: {} }, connectorGroups: { main: { connectors: { paris: 2 } } } }',
  ],
  'a workload for nobody': [
    { ...smallInput, workload: { shoppers: { requestsPerSecond: 3 } } },
    'MISSING workload.shoppers.application: workload.shoppers.application is missing | write application: shop',
  ],
};

for (const [name, [input, expected]] of Object.entries(cases)) {
  test(name, () => {
    const found = problemsIn(input);
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('what is wrong in another way keeps its hint', () => {
  const wrong = problem('TYPE', ['applications', 'shop', 'group'], 'must be a text', 'write it in quotes');
  assert.equal(withHints([wrong], { ...smallInput, applications: { shop: { group: 3 } } }), [wrong]);
});

test('a site name that no certificate could carry is a problem; the longest that one can is not', () => {
  const called = (name: string) => ({
    ...smallInput,
    topology: { sites: { [name]: {} }, connectorGroups: { main: { connectors: { [name]: 2 } } } },
    sweep: {},
  });
  assert.is(`connector/${'s'.repeat(50)}/999`.length, 64);
  assert.ok(readScenario(called('s'.repeat(50))).ok);
  const found = problemsIn(called('s'.repeat(51)));
  assert.match(found[0] ?? '', /^NAME topology\.sites\.s{51}: the name "s{51}" is too long for a site: at most 50/);
});

test.run();
