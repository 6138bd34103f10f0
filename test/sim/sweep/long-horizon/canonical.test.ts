import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros, minutes, seconds } from '../../../../proxy/host/units.ts';
import { faultName } from '../../../../sim/measure/fault-hits.ts';
import { measure } from '../../../../sim/measure/measure.ts';
import { emptyTally } from '../../../../sim/measure/tally.ts';
import type { Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import { inProcess, type Job } from '../../../../sim/sweep/job.ts';
import { CellInventory } from '../../../../sim/sweep/long-horizon/cell-inventory.ts';
import { windowEvidence } from '../../../../sim/sweep/long-horizon/window-evidence.ts';
import { windowJob } from '../../../../sim/sweep/long-horizon/window-job.ts';
import { catalogueRules } from '../../../../sim/sweep/long-horizon/window-rules.ts';
import { type WindowType, WindowTypes } from '../../../../sim/sweep/long-horizon/window-types.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const fault = (kind: string, target: string, fromMin: number, toMin: number | null): PlannedFault => ({
  id: `${kind} ${target} ${fromMin}`,
  kind,
  targets: [target],
  at: instant(minutes(fromMin)),
  until: toMin === null ? null : instant(minutes(toMin)),
  parameters: {},
  origin: 'random',
});
/** Paris and Lyon with equal links, so that their connectors are interchangeable. */
const even: Plan = {
  ...smallPlan,
  horizon: minutes(600),
  topology: {
    ...smallPlan.topology,
    sites: smallPlan.topology.sites.map((site) => ({ ...smallPlan.topology.sites[0]!, id: site.id })),
  },
};
const withFaults = (...faults: PlannedFault[]): Plan => ({ ...even, faults });

/** The types of one replication of each plan, as separate cells of one study. */
async function inventory(...plans: Plan[]): Promise<Map<WindowType, number>[]> {
  const types = new WindowTypes(8);
  const all: Map<WindowType, number>[] = [];
  for (const plan of plans) {
    const cell = new CellInventory({ axes: {}, plan: () => plan }, types, catalogueRules, { asPlanned: 4, other: 1 });
    await cell.grow(1);
    all.push(new Map(cell.replications[0]));
  }
  return all;
}
const keys = (types: Map<WindowType, number>): string[] => [...types.keys()].map((type) => type.blueprint.key).sort();
const crash = (target: string, at: number) => fault('connector crash', target, at, at + 20);

test('without faults a history is one stretch', async () => {
  const [types] = await inventory(even);
  assert.is(types!.size, 1);
  assert.is([...types!.values()][0], minutes(600) / seconds(40));
});

test('the crash of one connector is the same window as that of its equal, at another time and in another site', async () => {
  const [a, b] = await inventory(
    withFaults(crash('connector/paris/1', 60)),
    withFaults(crash('connector/lyon/2', 200)),
  );
  assert.equal(keys(a!), keys(b!));
  assert.is(a!.size, 4);
});

test('all of a history is accounted for, to the microsecond', async () => {
  const [types] = await inventory(
    withFaults(
      crash('connector/paris/1', 60),
      crash('connector/lyon/1', 70),
      fault('site loss', 'site/paris', 300, 310),
    ),
  );
  let span = 0;
  for (const [type, weight] of types!) {
    const { segment, stretchLength } = type.blueprint;
    span += weight * (type.isStretch ? stretchLength : segment.to - segment.from);
  }
  assert.ok(Math.abs(span - minutes(600)) < 1, `${span}`);
});

test('connectors of unequal sites are not interchangeable', async () => {
  const uneven = { ...smallPlan, horizon: minutes(600) };
  const [a, b] = await inventory(
    { ...uneven, faults: [crash('connector/paris/1', 60)] },
    { ...uneven, faults: [crash('connector/lyon/1', 60)] },
  );
  assert.not.equal(keys(a!), keys(b!));
});

test('a crash while another connector has long been gone is that of a smaller group, also of another cell', async () => {
  const three = even.topology.connectors.slice(0, 3);
  const small: Plan = { ...even, topology: { ...even.topology, connectors: three } };
  const [four, cellOfThree] = await inventory(
    withFaults(fault('connector crash', 'connector/lyon/2', 10, 500), crash('connector/paris/1', 60)),
    { ...small, faults: [crash('connector/paris/1', 60)] },
  );
  for (const key of keys(cellOfThree!)) assert.ok(keys(four!).includes(key), key);
});

test('changes that overlap within the settling time become one window with both', async () => {
  const apart = { ...crash('connector/lyon/1', 60), at: instant(minutes(60) + seconds(3)) };
  const [types] = await inventory(withFaults(crash('connector/paris/1', 60), apart));
  const windows = [...types!.keys()].filter((type) => !type.isStretch);
  const first = windows[0]!.blueprint.segment;
  assert.is(first.kind === 'window' && first.changes.length, 2);
});

test('two crashes that overlap at another distance are another window', async () => {
  const second = (s: number) => ({ ...crash('connector/lyon/1', 60), at: instant(minutes(60) + seconds(s)) });
  const [near, far, again] = await inventory(
    withFaults(crash('connector/paris/1', 60), second(3)),
    withFaults(crash('connector/paris/1', 60), second(4)),
    withFaults(crash('connector/lyon/2', 60), { ...second(4), targets: ['connector/paris/2'] }),
  );
  const windows = (types: Map<WindowType, number>) => keys(types).filter((key) => key.includes('>kill'));
  assert.not.equal(windows(near!), windows(far!));
  assert.equal(windows(again!), windows(far!));
});

test('where every occurrence has its own sample, replications have different ones', async () => {
  const types = new WindowTypes(8);
  const plans = [60, 200].map((at, replication) => ({ ...withFaults(crash('connector/paris/1', at)), replication }));
  const cell = new CellInventory({ axes: {}, plan: (r) => plans[r]! }, types, catalogueRules, {
    asPlanned: 4,
    other: 1,
  });
  await cell.grow(2);
  for (const type of types.all()) type.want(type.isShared ? 2 : type.distinct);
  let failed = 0;
  const distinct = inProcess(async () => ({
    eventHash: '',
    tally: { ...emptyTally, requests: 100, failed: failed++, time: { covered: 10, up: 10 } },
  }));
  await types.simulate(distinct, {});
  const { histories } = windowEvidence(cell.replications, cell.faultTimes, { share: 1, time: 0, cluster: emptyTally });
  assert.ok(histories[0]!.own.failed > 0);
  assert.not.equal(histories[0]!.own.failed, histories[1]!.own.failed);
  const samples = types.all().filter((type) => !type.isShared);
  assert.equal(
    samples.map((type) => [type.firstSampleOf(0), type.firstSampleOf(1)]),
    samples.map(() => [0, 1]),
  );
});

test('a window in which too few requests come to tell whether it was up leaves the time unknown', async () => {
  const types = new WindowTypes(8);
  const cell = new CellInventory(
    { axes: {}, plan: () => withFaults(crash('connector/paris/1', 60)) },
    types,
    catalogueRules,
    { asPlanned: 4, other: 1 },
  );
  await cell.grow(1);
  for (const type of types.all()) type.want(type.isShared ? 2 : type.distinct);
  const few = inProcess(async ({ plan }) => {
    const seen = plan.topology.connectors.length === 4 ? { covered: 10, up: 10 } : emptyTally.time;
    return { eventHash: '', tally: { ...emptyTally, requests: 10, ok: 10, time: seen } };
  });
  await types.simulate(few, {});
  const unseen = { share: 1, time: 0, cluster: emptyTally };
  const evidence = windowEvidence(cell.replications, cell.faultTimes, unseen);
  assert.is(evidence.timeKnown, false);
  assert.is(measure(evidence, 0.95).timeAvailability.value, null);
});

test('at a low load windows and stretches last until enough requests have come for three availability windows', async () => {
  const slow = {
    ...withFaults(crash('connector/paris/1', 60)),
    workloads: [{ ...even.workloads[0]!, requestsPerSecond: 1 }],
  };
  const [types] = await inventory(slow);
  for (const type of types!.keys()) {
    assert.ok(type.expectedRequests >= 3 * slow.outcome.minRequests, `${type.key}: ${type.expectedRequests}`);
  }
});

test('a crash inside a site that is already cut off changes nothing', async () => {
  const loss = fault('site loss', 'site/paris', 60, 120);
  const [alone, both] = await inventory(withFaults(loss), withFaults(loss, crash('connector/paris/1', 80)));
  assert.equal(keys(both!), keys(alone!));
});

test('one that outlasts the cut brings back the other connector alone', async () => {
  const loss = fault('site loss', 'site/paris', 60, 90);
  const [alone, both] = await inventory(withFaults(loss), withFaults(loss, crash('connector/paris/1', 80)));
  assert.not.equal(keys(both!), keys(alone!));
});

test('a token outage is one window from before its start until sign-ins go through again', async () => {
  const [types] = await inventory(withFaults(fault('token outage', 'token-service', 60, 105)));
  const windows = [...types!.keys()].filter((type) => !type.isStretch);
  assert.is(windows.length, 1);
  const { from, to } = windows[0]!.blueprint.segment;
  assert.ok(from < minutes(60) && to > minutes(105));
});

test('two token outages within session memory are one window', async () => {
  const [types] = await inventory(
    withFaults(fault('token outage', 'token-service', 60, 70), fault('token outage', 'token-service', 180, 190)),
  );
  assert.is([...types!.keys()].filter((type) => !type.isStretch).length, 1);
});

const jobOf = (types: Map<WindowType, number>, pick: (type: WindowType) => boolean): Job =>
  windowJob([...types.keys()].find(pick)!.blueprint, 0);

test('the plan of a window has the fault inside its range and counts in whole availability windows', async () => {
  const [types] = await inventory(withFaults(crash('connector/paris/1', 60)));
  const { plan, range } = jobOf(types!, (type) => type.blueprint.key.includes('>kill'));
  assert.is(plan.faults.length, 1);
  assert.is(plan.faults[0]?.until, null);
  const intoRange = plan.faults[0]!.at - range.from;
  assert.ok(intoRange >= seconds(5) && intoRange < seconds(15), `${intoRange}`);
  assert.is((range.to - range.from) % seconds(10), 0);
});

test('the window of a return starts with the connector gone and settled', async () => {
  const [types] = await inventory(withFaults(crash('connector/paris/1', 60)));
  const { plan, range } = jobOf(types!, (type) => type.blueprint.key.includes('kill>'));
  assert.ok(range.from - plan.faults[0]!.at >= seconds(10), 'settled before the count');
  assert.ok(plan.faults[0]!.until! > range.from && plan.faults[0]!.until! < range.to);
});

test('samples of a window differ in seed and phase; the same sample is the same plan', async () => {
  const [types] = await inventory(withFaults(crash('connector/paris/1', 60)));
  const { blueprint } = [...types!.keys()].find((type) => type.blueprint.key.includes('>kill'))!;
  assert.equal(windowJob(blueprint, 3), windowJob(blueprint, 3));
  assert.not.equal(windowJob(blueprint, 3).plan.seed, windowJob(blueprint, 4).plan.seed);
  assert.not.equal(windowJob(blueprint, 3).plan.faults[0]?.at, windowJob(blueprint, 4).plan.faults[0]?.at);
});

test('connectors that are out throughout are left out; a group keeps one, out', async () => {
  const [one] = await inventory(withFaults(fault('connector crash', 'connector/paris/1', 60, 300)));
  const stretch = [...one!.keys()].filter((type) => type.isStretch).map((type) => windowJob(type.blueprint, 0));
  assert.equal(stretch.map(({ plan }) => plan.topology.connectors.length).sort(), [3, 4]);
  const all = ['connector/paris/1', 'connector/paris/2', 'connector/lyon/1', 'connector/lyon/2'];
  const [none] = await inventory(withFaults(...all.map((id) => fault('connector crash', id, 60, 300))));
  const dark = [...none!.keys()].filter((type) => type.isStretch).map((type) => windowJob(type.blueprint, 0));
  const empty = dark.find(({ plan }) => plan.topology.connectors.length === 1)!;
  assert.is(empty.plan.faults.length, 1);
  const { at, until } = empty.plan.faults[0]!;
  assert.ok(at < empty.range.from && until === null);
  // What waits for a connector to come back is decided before the count begins, whatever the load.
  const rules = { ...catalogueRules, loadSettles: () => micros(0) };
  const job = [...none!.keys()]
    .filter((type) => type.isStretch)
    .map((type) => windowJob({ ...type.blueprint, rules }, 0))
    .find(({ plan }) => plan.topology.connectors.length === 1)!;
  const warmUp = job.range.from - job.plan.faults[0]!.at;
  assert.ok(warmUp >= even.behaviour.connectorWait + seconds(10), `${warmUp}`);
});

test('what befalls a place keeps its name in windows that leave out a connector of it', async () => {
  const targets = ['connector/lyon/1', 'connector/lyon/2'];
  const place = { ...crash('site/lyon', 100), targets, place: 'site/lyon' };
  const [types] = await inventory(withFaults(fault('connector crash', 'connector/lyon/1', 60, 300), place));
  const jobs = [...types!.keys()].map((type) => windowJob(type.blueprint, 0));
  const trimmed = jobs.flatMap(({ plan }) => plan.faults).filter((one) => one.place && one.targets.length === 1);
  assert.ok(trimmed.length > 0);
  for (const one of trimmed) assert.is(faultName(one), 'connector crash on site/lyon');
});

test.run();
