import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { arithmeticOf } from '../../../sim/analytic/arithmetic.ts';
import { compilePlan } from '../../../sim/plan/compile.ts';
import type { ScenarioInput } from '../../../sim/scenario/define.ts';
import { read } from '../scenario/small-scenario.ts';

type Scheduled = NonNullable<NonNullable<ScenarioInput['faults']>['schedule']>;

const arithmetic = (schedule: Scheduled, more: Partial<ScenarioInput> = {}) =>
  arithmeticOf(
    compilePlan(
      read({
        name: 'staged',
        run: { duration: '2h' },
        topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 2 } } } },
        applications: { shop: { group: 'shop' } },
        identity: { accessTokenLifetime: '60m-90m' },
        workload: { people: { application: 'shop', requestsPerSecond: 30, users: 240 } },
        faults: { schedule },
        ...more,
      }),
    ),
  );
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-6, `${actual} is not near ${expected}`);

test('a staged token outage of 45 of 120 minutes: 45²/(2 · 75)/120 is lost, and the token service is named', async () => {
  const found = await arithmetic([{ what: 'token outage', at: '15m', for: '45m' }]);
  assert.is(found?.independent, 0);
  near(found?.sharedFloor, (45 * 45) / 150 / 120);
  assert.equal(found?.sharedParts, ['token-service']);
});

test('the token service is named beside random faults too', async () => {
  const random = [{ what: 'connector crash', target: 'every connector', mtbf: '10d', mttr: '30m' }] as const;
  const schedule: Scheduled = [{ what: 'token outage', at: '15m', for: '45m' }];
  const faults = { schedule, random: [...random] } as ScenarioInput['faults'];
  const found = await arithmetic(schedule, { faults: faults as NonNullable<typeof faults> });
  assert.ok((found?.independent ?? 0) > 0);
  assert.equal(found?.sharedParts, ['token-service']);
});

test('no closed form, no figure: a second outage finds sessions of one age; a slow link stops nothing', async () => {
  const twice: Scheduled = [
    { what: 'token outage', at: '15m', for: '15m' },
    { what: 'token outage', at: '60m', for: '15m' },
  ];
  assert.is(await arithmetic(twice), null);
  assert.is(
    await arithmetic([{ what: 'link latency', target: 'site paris', latency: '1s', at: '5m', for: '5m' }]),
    null,
  );
  assert.is(await arithmetic([]), null);
});

test('one of two connectors away for a quarter of the run loses what the other cannot carry', async () => {
  const crash: Scheduled = [{ what: 'connector crash', target: 'connector paris/1', at: '10m', for: '30m' }];
  const connectorGroups = { shop: { connectors: { paris: 2 }, cores: 2, requestsPerSecond: 20 } };
  const workload = { people: { application: 'shop', requestsPerSecond: 24, users: 240 } };
  const found = await arithmetic(crash, { topology: { sites: { paris: {} }, connectorGroups }, workload });
  assert.ok(Math.abs((found?.independent ?? 0) - 0.25 / 6) < 0.01, String(found?.independent));
  assert.is(found?.sharedFloor, 0);
});

test.run();
