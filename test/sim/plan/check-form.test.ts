import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkForm } from '../../../sim/plan/check-form.ts';
import { liveForm } from '../../../sim/plan/live-form.ts';
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
      'refuse: in the configuration requests per second = 900000: 900000 requests a second; at most 100000 can be simulated',
      'refuse: in the configuration requests per second = 900000: 9000000 users; at most 2000000 fit into memory',
    ],
  );
});

test('a note that several cells have is told once, with the first of them; one of all cells without any', () => {
  assert.equal(messages(swept({ 'requests per second': [10, 600, 700, 20] })), [
    'note: in 2 of 4 configurations, first requests per second = 600: application shop sends 600 requests a second, the service lets 500 through',
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

test('sessions that reach no steady state are refused where windows are combined, and only there', () => {
  const form = (days: number, more: object = {}): Scenario =>
    swept(
      {},
      {
        run: { duration: `${days}d`, replications: 20 },
        applications: { shop: { group: 'shop' } },
        identity: { signInAgain: false },
        ...more,
      },
    );
  assert.match(messages(form(2)).join(), /^refuse: a run this large is combined from windows, .*signInAgain: false/);
  assert.equal(messages(form(1)), [], '17.3 million requests: each of them is simulated');
  assert.equal(messages(form(2, { identity: { signInAgain: true } })), []);
  const cold = { identity: { startInEquilibrium: false } };
  const [refused, ...more] = messages(form(2, cold));
  assert.match(refused ?? '', /^refuse: .* windows, each of which begins with sessions of every age, .*: false\)/);
  assert.equal(more, []);
  assert.equal(messages(form(1, cold)), []);
  assert.is(messages(form(2, { identity: { signInAgain: false, startInEquilibrium: false } })).length, 2);
  // Nobody signs in: nothing to begin with, and nothing to end.
  const pass = { group: 'shop', preAuthentication: 'pass-through' };
  for (const identity of [{ signInAgain: false }, { startInEquilibrium: false }]) {
    assert.equal(messages(form(2, { identity, applications: { shop: pass } })), []);
    assert.equal(messages(form(2, { identity, applications: { shop: pass, unused: { group: 'shop' } } })), []);
  }
});

test('live counts the processes of every cell', () => {
  assert.equal(messages(swept({ 'connectors per site': [2, 20] }), 'live'), [
    'refuse: in the configuration connectors per site = 20: 24 role processes; a live run carries at most 16',
  ]);
});

test('a live form that ends before the scenario’s faults is refused, every fault by name; one with faults of its own is not', () => {
  const crash = (at: string) => ({ at, for: '10s', what: 'connector crash', target: 'connector paris/1' });
  const faults = {
    schedule: [crash('5s'), crash('30s')],
    together: [{ name: 'power', at: '40s', for: '5s', faults: [{ what: 'site loss', target: 'site paris' }] }],
  };
  const short = (live: object) => messages(liveForm(swept({}, { faults, live })), 'live');
  assert.equal(short({ duration: '30s' }), [
    'refuse: connector crash on connector/paris/1 starts at 30s, after the end of the run (30s)',
    'refuse: site loss on site/paris starts at 40s, after the end of the run (30s)',
  ]);
  assert.equal(short({ duration: '20s', timeScale: 2 }).filter((one) => one.includes('starts at')).length, 2);
  assert.equal(short({ duration: '30s', faults: { schedule: [crash('5s')] } }), []);
  assert.equal(short({ duration: '41s' }), []);
});

test('a window of time availability that is longer than the live run is refused where time is asked for', () => {
  const live = { duration: '8s' };
  const asked = (basis: string) =>
    messages(liveForm(swept({}, { live, objectives: { availability: { atLeast: '99%', basis } } })), 'live');
  assert.equal(asked('time'), ['refuse: the window of 10s is longer than the run (8s)']);
  assert.equal(asked('requests'), []);
});

test.run();
