import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { toldPerYear } from '../../../sim/plan/told-per-year.ts';
import { read } from '../scenario/small-scenario.ts';

const told = (faults: object, run: object = { duration: '30d' }, requestsPerSecond = 10): boolean =>
  toldPerYear(
    compilePlan(
      read({
        name: 'month',
        run,
        topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 2 } } } },
        applications: { shop: { group: 'shop' } },
        workload: { people: { application: 'shop', requestsPerSecond } },
        faults,
      } as Parameters<typeof read>[0]),
    ),
  );

const random = [{ what: 'connector crash', target: 'every connector', mtbf: '7d', mttr: '20m' }];
const schedule = [{ what: 'token outage', at: '15m', for: '45m' }];
const cut = { name: 'power cut', faults: [{ what: 'site loss', target: 'site paris' }] };

test('random faults in a long run may be told per year; what is staged may not, not even in part', () => {
  assert.ok(told({ random }));
  assert.ok(told({ together: [{ ...cut, mtbf: '30d', mttr: '1h' }] }));
  assert.not(told({ schedule }));
  assert.not(told({ random, schedule }));
  assert.not(told({ random, together: [{ ...cut, at: '1h', for: '10m' }] }));
});

test('the size of the run says nothing, its length and its clock do', () => {
  for (const rate of [1, 10, 1000]) {
    assert.ok(told({ random }, undefined, rate));
    assert.not(told({ schedule }, { duration: '2h' }, rate));
  }
  assert.not(told({ random }, { duration: '2h' }));
  assert.not(told({ random }, { duration: '30d', timeScale: 2 }));
});

test.run();
