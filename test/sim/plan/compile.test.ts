import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cells } from '../../../sim/plan/cells.ts';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { planDigest } from '../../../sim/plan/digest.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { read, smallInput } from '../scenario/small-scenario.ts';

const scenario = read(smallInput);

test('cells are the product of the axes, the first slowest', () => {
  assert.equal(
    cells(scenario).map((cell) => Object.values(cell).join('x')),
    ['1x1', '1x2', '1x3', '2x1', '2x2', '2x3', '3x1', '3x2', '3x3'],
  );
  assert.equal(cells(read({ ...smallInput, sweep: {} })), [{}]);
});

test('a cell has the connectors its axes say', () => {
  const plan = compilePlan(scenario, { axes: { 'connectors per site': 3, sites: 2 } });
  assert.equal(
    plan.topology.connectors.map(({ id }) => id),
    ['paris/1', 'paris/2', 'paris/3', 'lyon/1', 'lyon/2', 'lyon/3'].map((name) => `connector/${name}`),
  );
});

const occurrences = (plan: Plan, target: string) =>
  plan.faults.filter((fault) => fault.kind === 'connector crash' && fault.targets.includes(target));

test('law: a connector or a site more changes no failure of the parts that were there (common random numbers)', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(5), (seed, replication) => {
      const at = (perSite: number, sites: number) =>
        compilePlan(scenario, { seed: String(seed), replication, axes: { 'connectors per site': perSite, sites } });
      const small = at(1, 1);
      const wide = at(3, 3);
      assert.equal(occurrences(wide, 'connector/paris/1'), occurrences(small, 'connector/paris/1'));
      assert.equal(occurrences(at(3, 1), 'connector/paris/2'), occurrences(at(2, 1), 'connector/paris/2'));
      const instants = (plan: Plan) =>
        plan.faults.filter(({ kind }) => kind === 'site loss').map(({ at: start }) => start);
      assert.equal(instants(wide), instants(small));
    }),
    { numRuns: 30 },
  );
});

test('law: one site more changes which site is lost only in its own favour', () => {
  const lost = (sites: number, replication: number) =>
    compilePlan(scenario, { replication, axes: { sites } })
      .faults.filter(({ kind }) => kind === 'site loss')
      .map(({ targets }) => targets[0]);
  let changed = 0;
  for (let replication = 0; replication < 30; replication++) {
    const two = lost(2, replication);
    lost(3, replication).forEach((target, index) => {
      if (target === two[index]) return;
      changed++;
      assert.is(target, 'site/nice');
    });
  }
  assert.ok(changed > 0);
});

test('the digest tells seeds, replications and cells apart and is stable for equal choices', () => {
  const digest = (choice: Parameters<typeof compilePlan>[1]) => planDigest(compilePlan(scenario, choice));
  const choices = [{}, { replication: 1 }, { seed: 'other' }, { axes: { sites: 1 } }, { axes: { sites: 2 } }];
  assert.is(new Set(choices.map(digest)).size, choices.length);
  for (const choice of choices) assert.is(digest(choice), digest(choice));
});

test('a plan is JSON: what is stored and read back has the same digest', () => {
  const plan = compilePlan(scenario);
  assert.is(planDigest(JSON.parse(JSON.stringify(plan)) as Plan), planDigest(plan));
});

test('random failures have the means they were given', () => {
  const crashes = Array.from({ length: 20 }, (_, replication) => compilePlan(scenario, { replication })).flatMap(
    (plan) => plan.faults.filter(({ kind }) => kind === 'connector crash'),
  );
  // 20 replications × 6 connectors × 10 days at a cycle of 1 day + 10 min: 1192 expected, standard deviation below 35.
  assert.ok(Math.abs(crashes.length - 1192) < 140, String(crashes.length));
  const mean = crashes.reduce((sum, { at, until }) => sum + ((until ?? at) - at), 0) / crashes.length;
  // Standard error of the mean repair is 600 s / √1192 = 17 s.
  assert.ok(Math.abs(mean - 600e6) < 70e6, String(mean));
});

test('processes say what the faults were drawn from', () => {
  const plan = compilePlan(scenario, { axes: { 'connectors per site': 1, sites: 2 } });
  assert.equal(
    plan.faultProcesses.map(({ id, meanUp, members }) => [id, meanUp, members[0]?.targets.length]),
    [
      ['connector crash/connector/paris/1', 86_400e6, 1],
      ['connector crash/connector/lyon/1', 86_400e6, 1],
      ['power', 259_200e6, 2],
    ],
  );
});

const placeFaults = (target: string, connectors = 2, what = 'link partition'): Plan =>
  compilePlan(
    read({
      ...smallInput,
      topology: { ...smallInput.topology, connectorGroups: { main: { connectors: { paris: connectors, lyon: 2 } } } },
      faults: { random: [{ what, target, mtbf: '1d', mttr: '1h' }] },
      sweep: {},
    } as unknown),
  );

test('a place that a random fault names is one cause: one clock, all its connectors at once', () => {
  const told = (target: string) =>
    placeFaults(target).faultProcesses.map(({ id, members: [member] }) => [
      id.slice('link partition/'.length),
      member?.targets.join(' ').replaceAll('connector/', ''),
      member?.place,
    ]);
  const [paris, lyon, all] = ['paris/1 paris/2', 'lyon/1 lyon/2', 'paris/1 paris/2 lyon/1 lyon/2'];
  assert.equal(told('site paris'), [['site/paris', paris, 'site/paris']]);
  assert.equal(told('group main'), [['group/main', all, 'group/main']]);
  assert.equal(told('egress lyon'), [['egress/lyon', lyon, 'egress/lyon']]);
  const sites = [
    ['site/paris', paris, 'site/paris'],
    ['site/lyon', lyon, 'site/lyon'],
  ];
  assert.equal(told('every site'), sites, 'a clock for each place, none for the site without connectors');
  assert.equal(told('every connector').length, 4);
  assert.equal(told('connector paris/2'), [['connector/paris/2', 'paris/2', undefined]]);
  const { faults } = placeFaults('site paris');
  assert.ok(faults.length > 2);
  for (const { targets, place } of faults) {
    assert.equal([targets, place], [['connector/paris/1', 'connector/paris/2'], 'site/paris']);
  }
});

test('law: a connector more at a place changes no instant of what befalls the place', () => {
  const instants = (connectors: number) =>
    placeFaults('site paris', connectors, 'connector crash').faults.map(({ at, until }) => [at, until]);
  assert.equal(instants(5), instants(1));
  assert.equal(placeFaults('site paris', 1).faults[0]?.place, 'site/paris', 'a place of one connector is a place');
});

test('faults are in the order of their instants and lie inside the run', () => {
  const { faults, horizon } = compilePlan(scenario);
  faults.forEach((fault, index) => {
    assert.ok(fault.at >= (faults[index - 1]?.at ?? 0) && fault.at < horizon);
    assert.ok(fault.until !== null && fault.until > fault.at);
  });
});

test('an impossible cell is refused', () => {
  const code = (axes: Record<string, number>) => {
    try {
      compilePlan(scenario, { axes });
      return 'none';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.is(code({ sites: 4 }), 'ERR_CELL');
  assert.is(code({ planets: 4 }), 'ERR_CELL');
});

test('time scale divides policy durations and leaves physical ones', () => {
  const scaled = read({ ...smallInput, run: { duration: '10d', timeScale: 60 } });
  const [real, fast] = [compilePlan(scenario), compilePlan(scaled)];
  assert.is(fast.horizon, real.horizon / 60);
  assert.is(fast.identity.sessionLife.from, 60e6);
  assert.is(fast.faults.length, real.faults.length);
  fast.faults.forEach((fault, index) => {
    assert.ok(Math.abs(fault.at - (real.faults[index]?.at ?? 0) / 60) <= real.faults.length);
  });
  assert.equal(fast.topology, real.topology);
  assert.equal(fast.behaviour, real.behaviour);
  assert.equal(fast.applications, real.applications);
});

test.run();
