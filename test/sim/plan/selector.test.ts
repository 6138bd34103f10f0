import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TargetKind } from '../../../sim/faults/fault.ts';
import { partsOf, resolveSelector } from '../../../sim/plan/selector.ts';
import { topologyOf } from '../../../sim/plan/topology.ts';
import { richInput } from '../scenario/rich-scenario.ts';
import { read } from '../scenario/small-scenario.ts';

const scenario = read({
  ...richInput,
  topology: { ...richInput.topology, sites: { ...richInput.topology.sites, empty: {} } },
});
const parts = partsOf(scenario);

const resolved = (selector: string | null, acts: TargetKind): string => {
  const result = resolveSelector(selector, acts, parts);
  return result.ok ? `${result.choose}: ${result.targets.join(' ')}` : `no: ${result.message}`;
};

test('connectors of two groups at one site interleave, so that one more renames none', () => {
  const connectors = (count: number) =>
    topologyOf(
      read({
        ...richInput,
        topology: {
          ...richInput.topology,
          connectorGroups: {
            shop: { connectors: { paris: count, lyon: 1 } },
            mail: { connectors: { paris: 1 } },
          },
        },
      }),
    ).connectors.map(({ id, group }) => `${id.replace('connector/', '')} ${group}`);
  assert.equal(connectors(2), ['paris/1 shop', 'paris/3 shop', 'paris/2 mail', 'lyon/1 shop']);
  assert.equal(connectors(3), ['paris/1 shop', 'paris/3 shop', 'paris/5 shop', 'paris/2 mail', 'lyon/1 shop']);
});

test('a connector fault takes connectors by name, site, group, egress, each or one', () => {
  assert.is(resolved('connector paris/2', 'connector'), 'all: connector/paris/2');
  assert.is(resolved('site lyon', 'connector'), 'all: connector/lyon/1');
  assert.is(resolved('group shop', 'connector'), 'all: connector/paris/1 connector/paris/3 connector/lyon/1');
  assert.is(resolved('egress wan', 'connector').split(' ').length, 5);
  assert.is(resolved('one connector', 'connector').split(' ').length, 5);
  assert.match(resolved('one connector', 'connector'), /^one: /);
  assert.is(resolved('every  connector', 'connector').split(' ').length, 5);
  assert.match(resolved('one site', 'connector'), 'stands for several connectors');
});

test('other faults take their own kind alone', () => {
  assert.is(resolved('every service', 'instance'), 'all: service/1 service/2 service/3');
  assert.is(resolved('application mail', 'application'), 'all: application/mail');
  assert.is(resolved('one egress', 'egress'), 'one: egress/wan');
  assert.match(resolved('connector paris/1', 'site'), 'no: this fault does not act on "connector"');
  assert.match(resolved('site paris', 'application'), 'no: this fault does not act on "site"');
});

test('the token service and the directory need no target, and take no other', () => {
  assert.is(resolved(null, 'token-service'), 'all: token-service');
  assert.is(resolved('token-service', 'token-service'), 'all: token-service');
  assert.is(resolved('directory', 'directory'), 'all: directory');
  assert.match(resolved('site paris', 'token-service'), 'no: this fault acts on the token-service alone');
});

test('a link fault takes every part that has a link', () => {
  assert.is(resolved('token-service', 'link'), 'all: token-service');
  assert.is(resolved('service 2', 'link'), 'all: service/2');
  assert.is(resolved('site lyon', 'link'), 'all: connector/lyon/1');
  assert.match(resolved('application shop', 'link'), 'no: ');
});

test('a place without connectors cannot be hit: it is no part of "every", and by name it is refused', () => {
  assert.is(resolved('every site', 'site'), 'all: site/paris site/lyon');
  assert.match(resolved('site empty', 'site'), 'matches nothing');
  assert.match(resolved('site empty', 'connector'), 'matches nothing');
});

test('what is no selector is refused', () => {
  for (const text of ['', 'connector', 'every', 'paris/1', 'every connector twice', 'some connector']) {
    assert.match(resolved(text, 'connector'), /^no: /, text);
  }
});

test.run();
