import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { documentedLimits } from '../../../proxy/policy/throttle.ts';
import { richInput } from './rich-scenario.ts';
import { problemsIn, read, smallInput } from './small-scenario.ts';

const topology = smallInput.topology;

test('defaults follow the documentation', () => {
  const scenario = read({
    name: 'least',
    topology: { sites: { a: {} }, connectorGroups: { g: { connectors: { a: 1 } } } },
    applications: { app: { group: 'g' } },
    workload: { w: { application: 'app', requestsPerSecond: 3 } },
  });
  assert.is(scenario.topology.groups[0]?.machine.requestsPerSecond, 1150);
  assert.is(scenario.topology.groups[0]?.machine.maxConcurrent, 200);
  assert.equal(scenario.throttle, { perApplication: 500, tenant: 750 });
  assert.equal(scenario.throttle, documentedLimits, 'what the proxy knows as documented');
  assert.equal(scenario.identity.sessionLife, { from: 3600e6, to: 5400e6 });
  assert.is(scenario.applications[0]?.backendTimeout, 85e6);
  assert.is(scenario.behaviour.name, 'documented');
  assert.is(scenario.workloads[0]?.users, 30);
  assert.equal(scenario.objectives, [{ name: 'availability', kind: 'availability', basis: 'requests', limit: 0.999 }]);
  assert.is(scenario.directory, null);
});

test('a largest number of replications below the usual least is told without turning the two around', () => {
  assert.equal(problemsIn({ ...smallInput, run: { duration: '10d', replications: { max: 5 } } }), [
    'RANGE run.replications: replications: min 10 is more than max 5 | write replications: 5 for that many, or a min of at most 5 (without one it is 10)',
  ]);
});

test('objectives that name none ask for the usual 99.9 %; those that name another do not ask for availability', () => {
  const asked = (objectives: unknown) =>
    read({ ...smallInput, objectives }).objectives.map(({ name, limit }) => [name, limit]);
  for (const none of [undefined, {}, { deadline: '5s' }, { window: { length: '20s' } }, { latency: {} }]) {
    assert.equal(asked(none), [['availability', 0.999]]);
  }
  assert.equal(asked({ deadline: '5s', latency: { p99: '2s' } }), [['latency p99', 2e6]]);
  assert.equal(asked({ recovery: { within: '30s' } }), [['recovery', 30e6]]);
  assert.equal(asked({ availability: { atLeast: '99%', basis: 'time' } }), [['availability by time', 0.99]]);
});

test('an application with Kerberos brings the directory along', () => {
  const scenario = read({ ...smallInput, applications: { shop: { group: 'main', singleSignOn: 'kerberos' } } });
  assert.is(scenario.directory?.ticketLife, 36_000e6);
});

test('all problems of form and of names are told at once, with the nearest name', () => {
  assert.equal(
    problemsIn({
      ...smallInput,
      topology: { ...topology, instnces: 2, connectorGroups: { main: { connectors: { pariss: 2, lyon: '2' } } } },
      applications: { shop: { group: 'mian' } },
      run: { duration: 10 },
    }),
    [
      'TYPE run.duration: run.duration must be a duration with its unit, for example 45m, 1h30m or 250ms | ',
      'TYPE topology.connectorGroups.main.connectors.lyon: topology.connectorGroups.main.connectors.lyon must be a number | write 2 without quotes',
      'UNKNOWN_KEY topology.instnces: unknown key "instnces" in topology | did you mean "instances"?',
      'UNKNOWN_NAME topology.connectorGroups.main.connectors.pariss: there is no site "pariss" | did you mean "paris"?',
      'UNKNOWN_NAME applications.shop.group: there is no connector group "mian" | did you mean "main"?',
    ],
  );
});

const impossible: Readonly<Record<string, readonly [more: Record<string, unknown>, expected: string]>> = {
  'a group without connectors': [
    { topology: { ...topology, connectorGroups: { main: { connectors: { paris: 0 } } } } },
    'EMPTY_GROUP topology.connectorGroups.main.connectors: the connector group "main" has no connectors',
  ],
  'an application without a group': [
    { applications: { shop: {} } },
    'MISSING applications.shop.group: applications.shop.group is missing',
  ],
  'no site': [{ topology: { sites: {}, connectorGroups: {} } }, 'EMPTY topology.sites: there must be at least a site'],
  'a workload for an application that is not there': [
    { workload: { w: { application: 'shp', requestsPerSecond: 1 } } },
    'UNKNOWN_NAME workload.w.application: there is no application "shp" | did you mean "shop"?',
  ],
  'an unknown behaviour': [
    { behaviour: 'hardend' },
    'UNKNOWN_NAME behaviour: there is no behaviour "hardend" | did you mean "hardened"?',
  ],
  'a run longer than anyone waits for': [
    { run: { duration: '100000d' } },
    'VALUE run.duration: run.duration must be at most 3650d',
  ],
  'a span that no number holds': [
    { run: { duration: '99999999999999999d' } },
    'VALUE run.duration: run.duration must be at most 3650d',
  ],
  'two applications with one host': [
    { applications: { shop: { group: 'main' }, b: { group: 'main', externalHost: 'shop.example.com' } } },
    'DUPLICATE applications.b: another application has the host shop.example.com already',
  ],
  'cores without a documented throughput': [
    { topology: { ...topology, connectorGroups: { main: { connectors: { paris: 1 }, cores: 6 } } } },
    'CAPACITY topology.connectorGroups.main.cores: the throughput of 6 cores is not documented',
  ],
  'an unknown fault': [
    { faults: { schedule: [{ what: 'token outge', at: '1m' }] } },
    'VALUE faults.schedule.0.what: there is no "token outge" here | did you mean "token outage"?',
  ],
  'a parameter of another fault': [
    { faults: { schedule: [{ what: 'token slow', at: '1m', by: '1s', factor: 3 }] } },
    'UNKNOWN_KEY faults.schedule.0.factor: unknown key "factor" in faults.schedule[0]',
  ],
  'a target that the fault does not act on': [
    { faults: { schedule: [{ what: 'connector crash', target: 'application shop', at: '1m' }] } },
    'TARGET faults.schedule.0.target: this fault does not act on "application"',
  ],
  'a target that is not there': [
    { faults: { schedule: [{ what: 'connector crash', target: 'connector parys/1', at: '1m' }] } },
    'TARGET faults.schedule.0.target: there is no connector "parys/1" | did you mean "paris/1"?',
  ],
  'a target that only some cells have': [
    { faults: { schedule: [{ what: 'connector crash', target: 'connector paris/2', at: '1m' }] } },
    'TARGET faults.schedule.0.target: in the configuration connectors per site = 1, sites = 1: there is no connector "paris/2"',
  ],
  'no target': [
    { faults: { schedule: [{ what: 'connector crash', at: '1m' }] } },
    'TARGET faults.schedule.0: name a target, for example "every connector" or "connector paris/1"',
  ],
  'a fault after the end': [
    { faults: { schedule: [{ what: 'token outage', at: '11d' }] } },
    'RANGE faults.schedule.0.at: the fault starts at 11d, after the end of the run (10d)',
  ],
  'a certainty that no sample gives': [
    { run: { confidence: '100%' } },
    'RANGE run.confidence: run.confidence must be more than 0% and less than 100%',
  ],
  'a precision that no sample has': [
    { run: { precision: '0%' } },
    'RANGE run.precision: run.precision must be more than 0%',
  ],
  'a window longer than the run': [
    { run: { duration: '5s' }, faults: {} },
    'RANGE objectives.window.length: the window of 10s is longer than the run',
  ],
  'a cause without a time': [
    { faults: { together: [{ name: 'x', faults: [{ what: 'token outage' }], mtbf: '1d' }] } },
    'TIMING faults.together.0: the cause "x" needs either at (and for), or mtbf and mttr',
  ],
  'a silence shorter than what pings leave, from the record it is based on': [
    { behaviour: { name: 'fast', detection: { deadAfter: '5s' } } },
    'RANGE behaviour.detection.deadAfter: after 5s of silence tunnels would be lost with nothing wrong: a ping breaks it every 10s only | write pingInterval: 1s beside it, or lengthen deadAfter',
  ],
  'the same in a record that a sweep may choose': [
    { behaviours: { rare: { base: 'hardened', detection: { pingInterval: '4s' } } } },
    'RANGE behaviours.rare.detection.pingInterval: after 2s500ms of silence tunnels would get no work with nothing wrong: a ping breaks it every 4s only | write pingInterval: 500ms beside it, or lengthen suspectAfter',
  ],
  'a silence as long as a ping and its answer': [
    {
      topology: { ...topology, sites: { ...topology.sites, paris: { link: { latency: '500ms', jitter: '0s' } } } },
      behaviour: { name: 'far', detection: { pingInterval: '1s', deadAfter: '2s' } },
    },
    'RANGE behaviour.detection.deadAfter: after 2s of silence tunnels would be lost with nothing wrong: a ping breaks it every 1s only | write pingInterval: 400ms beside it, or lengthen deadAfter',
  ],
  'two faults of one name': [
    {
      faults: {
        schedule: [
          { what: 'token outage', name: 'a', at: '1m' },
          { what: 'token outage', name: 'a', at: '2m' },
        ],
      },
    },
    'DUPLICATE faults.schedule.1.name: another fault is called "a" already',
  ],
  'more sites than there are': [
    { sweep: { sites: [1, 4] } },
    'CELL sweep.sites.1: sites = 4 is impossible: the scenario has 3 sites, not 4',
  ],
  'a value twice': [{ sweep: { sites: [2, 2] } }, 'DUPLICATE sweep.sites.1: 2 is there twice'],
  'a group that some cell leaves empty': [
    {
      topology: {
        ...topology,
        connectorGroups: { main: { connectors: { paris: 1 } }, far: { connectors: { lyon: 1 } } },
      },
      sweep: { sites: [1, 2] },
    },
    'EMPTY_GROUP topology.connectorGroups.far.connectors: in the configuration sites = 1: the connector group "far" has no connectors',
  ],
  'a hostile name': [
    { applications: { '../x': { group: 'main' }, shop: { group: 'main' } } },
    'NAME applications.../x: the name "../x" must start with a letter',
  ],
};

for (const [what, [more, expected]] of Object.entries(impossible)) {
  test(`refused: ${what}`, () => {
    const found = problemsIn({ ...smallInput, ...more });
    const problem = found.find((one) => one.startsWith(expected));
    assert.ok(problem, found.join('\n'));
    // the rule for names stands in its message, and so may an example
    if (!/^NAME |for example/.test(problem)) assert.not.match(problem, / \| $/, 'a hint says what to do');
  });
}

const silent = (...problems: string[]) => problems.map((one) => `RANGE ${one}`);

test('silence that pings cannot break in time is told of what a sweep makes of a behaviour, with the cell', () => {
  const sweep = { 'detection time': ['20ms', '5s', '30s'] };
  assert.equal(
    problemsIn({ ...smallInput, sweep }),
    silent(
      'sweep.detection time.0: in the configuration detection time = 20ms: after 20ms of silence tunnels would be lost with nothing wrong: a ping and its answer break it after 28ms only | take it out of the sweep, lengthen it, or shorten the links of the sites',
    ),
  );
  assert.equal(
    problemsIn({ ...smallInput, behaviour: 'hardened', sweep: { 'site link latency': ['10ms', '800ms'] } }),
    silent(
      'sweep.site link latency.1: in the configuration site link latency = 800ms: after 2s500ms of silence tunnels would get no work with nothing wrong: a ping and its answer break it after 2s604ms only | take it out of the sweep, or use a behaviour with a longer suspectAfter',
    ),
  );
});

test('the same of shipped behaviours on a long link, and only where connectors stand', () => {
  const sites = { paris: { link: { latency: '2s100ms', jitter: '0s' } }, lyon: {} };
  const at = (connectors: object, more: object = {}) =>
    problemsIn({
      ...smallInput,
      topology: { sites, connectorGroups: { main: { connectors } } },
      behaviour: 'hardened',
      faults: {},
      sweep: {},
      ...more,
    });
  const told =
    'topology.sites.paris.link: after 5s of silence tunnels would be lost with nothing wrong: a ping and its answer break it after 5s200ms only | shorten the link, or write a behaviour of your own with a longer deadAfter';
  assert.equal(at({ paris: 2 }), silent(told));
  assert.equal(at({ paris: 0, lyon: 1 }), []);
  assert.equal(at({ paris: 2 }, { behaviour: 'documented' }), []);
  const live = { faults: {}, duration: '1m' };
  assert.equal(at({ paris: 2 }, { live }), silent(told), 'once, though the live form has it too');
  const swept = at({ paris: 2 }, { sweep: { behaviour: ['documented', 'hardened'] }, live });
  assert.equal(swept.length, 1);
  assert.match(swept[0] ?? '', /^RANGE sweep\.behaviour\.1: in the configuration behaviour = hardened: after 5s /);
});

test("a record of the scenario's own that was told is not told again in the cells that run it", () => {
  const rare = { base: 'hardened' as const, detection: { pingInterval: '4s' } };
  const swept = { ...smallInput, behaviours: { rare }, sweep: { behaviour: ['rare', 'documented'] } };
  const found = problemsIn(swept);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /^RANGE behaviours\.rare\.detection\.pingInterval: /);
  const inline = { ...smallInput, behaviour: { name: 'fast', detection: { deadAfter: '5s' } }, sweep: {} };
  assert.equal(problemsIn(inline).length, 1);
});

test('unnamed faults get names of their own', () => {
  const crash = { what: 'connector crash', target: 'connector paris/1', mtbf: '1d', mttr: '1m' };
  const { faults } = read({
    ...smallInput,
    faults: { random: [crash, crash, { ...crash, name: 'connector crash 2' }] },
  });
  assert.equal(
    faults.random.map(({ name }) => name),
    ['connector crash', 'connector crash 3', 'connector crash 2'],
  );
});

test('form, names, rules, sweep and targets are told in one round, and nothing twice', () => {
  assert.equal(
    problemsIn({
      ...smallInput,
      run: { duration: '1h', replication: 3 },
      applications: { shop: { group: 'mian' }, 'bad name': {} },
      faults: {
        schedule: [
          { what: 'token outge', at: '1m' },
          { what: 'token outage', at: '2h' },
          { what: 'connector crash', target: 'connector pari/1', at: '1m' },
        ],
      },
      sweep: { sites: [1, 2, 2], 'connectors per site': [1, 'x'] },
    }).map((line) => line.split(' | ')[0]),
    [
      'UNKNOWN_KEY run.replication: unknown key "replication" in run',
      'NAME applications.bad name: the name "bad name" must start with a letter and hold only letters, digits, - and _ (at most 63)',
      'VALUE faults.schedule.0.what: there is no "token outge" here',
      'TYPE sweep.connectors per site.1: sweep.connectors per site[1] must be a number',
      'UNKNOWN_NAME applications.shop.group: there is no connector group "mian"',
      'RANGE faults.schedule.1.at: the fault starts at 2h, after the end of the run (1h)',
      'DUPLICATE sweep.sites.2: 2 is there twice',
      'TARGET faults.schedule.2.target: there is no connector "pari/1"',
    ],
  );
});

test('what only follows from a problem is not told: a target at a misspelt site, an end that is not known', () => {
  const crash = { what: 'connector crash', target: 'connector lyon/1', at: '1h' };
  const problems = problemsIn({
    ...smallInput,
    run: { duration: 10 },
    topology: { ...topology, sites: { paris: {}, lion: {}, nice: {} } },
    faults: { schedule: [crash] },
    sweep: {},
  });
  assert.is(problems.length, 2, problems.join('\n'));
  assert.match(problems[0] ?? '', /^TYPE run\.duration/);
  assert.match(problems[1] ?? '', /^UNKNOWN_NAME .*there is no site "lyon"/);
});

test('whatever is missing or of the wrong kind, reading ends with problems and not with an error', () => {
  const spoil = fc.tuple(
    fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }),
    fc.constantFrom<unknown>(undefined, null, 5, 'x', [], {}, [null], { x: 1 }),
  );
  fc.assert(
    fc.property(fc.array(spoil, { minLength: 1, maxLength: 4 }), (spoils) => {
      const input = structuredClone(richInput) as Record<string, unknown>;
      for (const [steps, value] of spoils) {
        let at: Record<string, unknown> = input;
        for (const [depth, step] of steps.entries()) {
          const keys = Object.keys(at);
          const key = keys[step % Math.max(1, keys.length)] ?? 'x';
          const next = at[key];
          if (depth === steps.length - 1 || typeof next !== 'object' || next === null) at[key] = value;
          else at = next as Record<string, unknown>;
          if (at[key] === value) break;
        }
      }
      problemsIn(input);
    }),
    { numRuns: 300 },
  );
});

test('two applications may share a host under paths of their own; a plan without paths has no member for them', () => {
  const shared = (a: object, b: object) => ({
    ...smallInput,
    applications: {
      shop: { group: 'main', externalHost: 'w.example.com', ...a },
      b: { group: 'main', externalHost: 'w.example.com', ...b },
    },
  });
  const scenario = read(shared({}, { externalPath: '/b/' }));
  assert.equal(
    scenario.applications.map(({ externalPath }) => externalPath),
    [undefined, '/b/'],
  );
  assert.not.ok('externalPath' in (scenario.applications[0] ?? {}));
  assert.not.ok('externalPath' in (read(shared({ externalPath: '/' }, { externalPath: '/b/' })).applications[0] ?? {}));
  const twice = problemsIn(shared({ externalPath: '/b/' }, { externalPath: '/b/' }));
  assert.match(twice.join(), /DUPLICATE applications\.b: another application has w\.example\.com\/b\/ already/);
  for (const wrong of ['b', '/b', '/b/../c/', '/.holdfast/', '/b?/']) {
    assert.match(problemsIn(shared({}, { externalPath: wrong })).join(), /begins and ends with/);
  }
});

test('characters that steer a terminal are no part of a name or a description', () => {
  for (const [member, text] of [
    ['name', 'a\u001b[31mb'],
    ['name', 'a\nb'],
    ['name', 'a\u009bb'],
    ['description', 'a\u001b]0;x\u0007'],
  ] as const) {
    assert.match(problemsIn({ ...smallInput, [member]: text }).join(), `${member} must not hold control characters`);
  }
  assert.equal(problemsIn({ ...smallInput, description: 'two\n\tlines' }), []);
});

test.run();
