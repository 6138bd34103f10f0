import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkForm } from '../../../sim/plan/check-form.ts';
import type { Scenario } from '../../../sim/plan/scenario.ts';
import { read } from '../scenario/small-scenario.ts';

const swept = (sweep: object, more: object = {}): Scenario =>
  read({
    name: 'swept',
    run: { duration: '1m', replications: 2 },
    topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } },
    applications: { shop: { group: 'shop', preAuthentication: 'pass-through' } },
    workload: { people: { application: 'shop', requestsPerSecond: 10 } },
    objectives: { availability: { atLeast: '99.9%' } },
    sweep,
    ...more,
  });

const messages = (form: Scenario, engine: 'virtual' | 'live' = 'virtual'): string[] =>
  checkForm(form, 'seed', engine).map(({ severity, message }) => `${severity}: ${message}`);

test('a size that only a cell has is refused, with the cell', () => {
  assert.equal(
    messages(swept({ 'requests per second': [10, 900_000] }, { throttle: 'none' })).filter((one) => /refuse/.test(one)),
    [
      'refuse: in the cell requests per second = 900000: 900000 requests a second; at most 100000 can be simulated',
      'refuse: in the cell requests per second = 900000: 9000000 users; at most 2000000 fit into memory',
    ],
  );
});

test('a note that several cells have is told once, with the first of them; one of all cells without any', () => {
  assert.equal(messages(swept({ 'requests per second': [10, 600, 700, 20] })), [
    'note: in 2 of 4 cells, first requests per second = 600: application shop sends 600 requests a second, the service lets 500 through',
  ]);
  const more = { workload: { people: { application: 'shop', requestsPerSecond: 600 } } };
  assert.equal(messages(swept({ 'connectors per site': [1, 2] }, more)), [
    'note: application shop sends 600 requests a second, the service lets 500 through',
  ]);
});

test('a scenario that only its cells can run, not it as written, is fine', () => {
  const faults = { schedule: [{ at: '10s', for: '5s', what: 'connector crash', target: 'connector paris/2' }] };
  assert.equal(messages(swept({ 'connectors per site': [2, 3] }, { faults })), []);
});

test('live counts the processes of every cell', () => {
  assert.equal(messages(swept({ 'connectors per site': [2, 20] }), 'live'), [
    'refuse: in the cell connectors per site = 20: 24 role processes; a live run carries at most 16',
  ]);
});

test.run();
