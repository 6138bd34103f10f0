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

test('what is scheduled alone is told apart from what is random', async () => {
  const random = [{ what: 'connector crash', target: 'every connector', mtbf: '10d', mttr: '30m' }] as const;
  const schedule: Scheduled = ['1', '2'].map((of) => ({
    what: 'connector hang',
    target: `connector paris/${of}`,
    at: '0s',
    for: '30m',
  }));
  const faults = { schedule, random: [...random] } as ScenarioInput['faults'];
  const both = await arithmetic(schedule, { faults: faults as NonNullable<typeof faults> });
  near(both?.staged, 1 / 16);
  assert.ok((both?.independent ?? 0) > 1 / 16 + 1e-6, 'random ones add to it');
  near((await arithmetic(schedule))?.independent, 1 / 16);
  const none = { random: [...random] } as ScenarioInput['faults'];
  assert.is((await arithmetic([], { faults: none as NonNullable<typeof none> }))?.staged, 0);
});

test('the token service is named beside random faults too', async () => {
  const random = [{ what: 'connector crash', target: 'every connector', mtbf: '10d', mttr: '30m' }] as const;
  const schedule: Scheduled = [{ what: 'token outage', at: '15m', for: '45m' }];
  const faults = { schedule, random: [...random] } as ScenarioInput['faults'];
  const found = await arithmetic(schedule, { faults: faults as NonNullable<typeof faults> });
  assert.ok((found?.independent ?? 0) > 0);
  assert.equal(found?.sharedParts, ['token-service']);
  near(found?.stagedFloor, (45 * 45) / 150 / 120);
  const site = [{ what: 'site loss', target: 'every site', mtbf: '10d', mttr: '1h' }] as const;
  const more = { schedule, random: [...site] } as ScenarioInput['faults'];
  const both = await arithmetic(schedule, { faults: more as NonNullable<typeof more> });
  near(both?.stagedFloor, (45 * 45) / 150 / 120);
  assert.ok((both?.sharedFloor ?? 0) > (both?.stagedFloor ?? 1) + 1e-3, 'random ones add to it');
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

test('crashes of single connectors set no floor, to the last bit, whenever they come', async () => {
  const crash = (of: 1 | 2, at: number, length: number) => ({
    what: 'connector crash' as const,
    target: `connector paris/${of}` as const,
    at: `${at}m` as const,
    for: `${length}m` as const,
  });
  for (let at = 1; at < 10; at++) {
    for (let length = 1; at + length <= 10; length++) {
      const one = await arithmetic([crash(1, at, length)], { run: { duration: '10m' } });
      const two = await arithmetic([crash(1, at * 5, length * 5), crash(2, 45, 5)], { run: { duration: '60m' } });
      assert.equal([one?.sharedFloor, two?.sharedFloor], [0, 0], `${length} min from ${at} min on`);
    }
  }
});

test('a run that loses everything loses no more than all of it, however its requests are shared out', async () => {
  const rates = { a: 2, b: 4, c: 3, d: 1 };
  const each = <T>(of: (rate: number, id: string) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(rates).map(([id, rate]) => [id, of(rate, id)]));
  const found = await arithmetic([{ what: 'site loss', target: 'site paris', at: '0s', for: '2h' }], {
    applications: each(() => ({ group: 'shop' })),
    workload: each((requestsPerSecond, application) => ({ application, requestsPerSecond })),
  });
  assert.equal([found?.independent, found?.staged, found?.sharedFloor], [1, 1, 1]);
});

test('a part that not every application needs is told with those that do', async () => {
  const found = await arithmetic([], {
    topology: {
      sites: { paris: { egress: 'wan' }, lyon: { egress: 'wan' } },
      connectorGroups: { alone: { connectors: { paris: 2 } }, both: { connectors: { paris: 1, lyon: 1 } } },
    },
    applications: { payroll: { group: 'alone' }, shop: { group: 'both' }, idle: { group: 'both' } },
    workload: {
      clerks: { application: 'payroll', requestsPerSecond: 1 },
      people: { application: 'shop', requestsPerSecond: 9 },
    },
    faults: {
      random: [
        { what: 'site loss', target: 'every site', mtbf: '10d', mttr: '1h' },
        { what: 'shared egress down', target: 'egress wan', mtbf: '10d', mttr: '1h' },
      ],
    },
  });
  assert.equal(found?.sharedParts, ['egress/wan', 'site/paris']);
  assert.equal(found?.sharedBy, { 'site/paris': ['payroll'] });
});

/** 30 minutes, one or two sites behind one outbound path, two connectors. */
const half = (faults: ScenarioInput['faults'], sites: ReadonlyArray<'paris' | 'lyon'> = ['paris']) =>
  arithmetic([], {
    run: { duration: '30m' },
    topology: {
      sites: Object.fromEntries(sites.map((site) => [site, { egress: 'wan' }])),
      connectorGroups: {
        shop: { connectors: Object.fromEntries(sites.map((site) => [site, 2 / sites.length])) },
      },
    },
    workload: { people: { application: 'shop', requestsPerSecond: 10 } },
    ...(faults === undefined ? {} : { faults }),
  });

test('what is gone twice at once is lost once: 10 of 30 minutes are a third, for the floor and for every connector', async () => {
  const same = await half({
    schedule: [
      { what: 'site loss', target: 'site paris', at: '5m', for: '10m' },
      { what: 'shared egress down', target: 'egress wan', at: '5m', for: '10m' },
    ],
  });
  near(same?.sharedFloor, 1 / 3);
  near(same?.independent, 1 / 9);
  assert.equal([...(same?.sharedParts ?? [])].sort(), ['egress/wan', 'site/paris']);
  const nested = await half({
    schedule: [
      { what: 'shared egress down', target: 'egress wan', at: '5m', for: '10m' },
      { what: 'shared egress down', target: 'egress wan', at: '6m', for: '8m' },
    ],
  });
  near(nested?.sharedFloor, 1 / 3);
  near(nested?.independent, 1 / 9);
  // 5 to 15 and 10 to 25: 20 of 30 minutes
  const apart = await half({
    schedule: [
      { what: 'site loss', target: 'site paris', at: '5m', for: '10m' },
      { what: 'shared egress down', target: 'egress wan', at: '10m', for: '15m' },
    ],
  });
  near(apart?.sharedFloor, 2 / 3);
  near(apart?.independent, 4 / 9);
});

test('two sites are gone together only while both are: 5 of 30 minutes', async () => {
  const both = await half(
    {
      schedule: [
        { what: 'site loss', target: 'site paris', at: '5m', for: '10m' },
        { what: 'site loss', target: 'site lyon', at: '10m', for: '10m' },
      ],
    },
    ['paris', 'lyon'],
  );
  near(both?.sharedFloor, 1 / 6);
  near(both?.independent, 1 / 9);
});

test('members of a staged common cause are one cause; crashes that are staged one by one are the connectors’ own', async () => {
  const crash = (target: 'connector paris/1' | 'connector paris/2') => ({ what: 'connector crash' as const, target });
  const together = await half({
    together: [
      { name: 'power cut', at: '5m', for: '10m', faults: [crash('connector paris/1'), crash('connector paris/2')] },
    ],
  });
  near(together?.sharedFloor, 1 / 3);
  near(together?.independent, 1 / 9);
  const single = await half({
    schedule: [
      { ...crash('connector paris/1'), at: '5m', for: '10m' },
      { ...crash('connector paris/2'), at: '5m', for: '10m' },
    ],
  });
  assert.is(single?.sharedFloor, 0);
  near(single?.independent, 1 / 9);
});

test('a site lost inside a token outage: 15 to 45 min lose 30²/150 = 6 min, 45 to 75 min all of 30 min, of 120', async () => {
  const found = await arithmetic([
    { what: 'token outage', at: '15m', for: '45m' },
    { what: 'site loss', target: 'site paris', at: '45m', for: '30m' },
  ]);
  near(found?.sharedFloor, 36 / 120);
});

test('two instances crashed one after the other are both gone only where the crashes overlap', async () => {
  const topology: ScenarioInput['topology'] = {
    instances: 2,
    sites: { paris: {} },
    connectorGroups: { shop: { connectors: { paris: 2 } } },
  };
  const crashes = (second: string): Scheduled => [
    { what: 'service instance crash', target: 'service 1', at: '10m', for: '30m' },
    { what: 'service instance crash', target: 'service 2', at: second as '30m', for: '30m' },
  ];
  near((await arithmetic(crashes('30m'), { topology }))?.sharedFloor, 10 / 120);
  near((await arithmetic(crashes('60m'), { topology }))?.sharedFloor, 0);
});

test.run();
