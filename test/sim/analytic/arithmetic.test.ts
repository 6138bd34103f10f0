import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { days, hours, minutes } from '../../../proxy/host/units.ts';
import { arithmeticOf } from '../../../sim/analytic/arithmetic.ts';
import type { FaultProcess, Plan } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';

const near = (actual: number, expected: number, relative = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not near ${expected}`);

const clock = (kind: string, targets: string[], choose: 'all' | 'one' = 'all'): FaultProcess => ({
  id: `${kind} ${targets.join()}`,
  origin: kind,
  meanUp: days(10),
  meanDown: hours(1),
  downDistribution: 'exponential',
  members: [{ kind, targets, choose, parameters: {} }],
});
const q = 1 / 241;
const with_ = (...faultProcesses: FaultProcess[]): Plan => ({ ...smallPlan, faultProcesses });
const ids = smallPlan.topology.connectors.map(({ id }) => id);
const each = (of: readonly string[]) => of.map((id) => clock('connector crash', [id]));

test('nothing random, nothing to compute', async () => {
  assert.is(await arithmeticOf(smallPlan), null);
});

test('four connectors that crash by themselves: the product, and no floor', async () => {
  const { independent, sharedFloor } = (await arithmeticOf(with_(...each(ids))))!;
  near(independent, q * q * q * q);
  assert.is(sharedFloor, 0);
});

test('with two connectors at 60 % of capacity, one lost loses a sixth', async () => {
  const [workload] = smallPlan.workloads;
  const connectors = smallPlan.topology.connectors.slice(0, 2);
  const rate = (1.2 * 2 * 1e6) / connectors[0]!.demand;
  const plan: Plan = {
    ...with_(...each(ids.slice(0, 2))),
    topology: { ...smallPlan.topology, connectors },
    workloads: [{ ...workload!, requestsPerSecond: rate }],
  };
  near((await arithmeticOf(plan))!.independent, 2 * q * (1 - q) * (1 / 6) + q * q, 1e-6);
  near((await arithmeticOf(plan))!.allDown, q * q);
});

test('a cut of one of two sites is arithmetic of two halves; what all share is the floor', async () => {
  const sites = [clock('site loss', ['site/paris']), clock('site loss', ['site/lyon'])];
  const two = (await arithmeticOf(with_(...sites)))!;
  near(two.independent, q * q * q * q);
  assert.is(two.sharedFloor, 0);
  const both = (await arithmeticOf(with_(clock('site loss', ['site/paris', 'site/lyon']))))!;
  near(both.sharedFloor, q);
});

test('one of several drawn each time has its share of the rate', async () => {
  const { independent } = (await arithmeticOf(with_(clock('connector crash', ids, 'one'))))!;
  near(independent, (q / 4) * (q / 4) * (q / 4) * (q / 4));
});

test('a token outage costs the share of users whose session ends in it', async () => {
  const outage = {
    ...clock('token outage', ['token-service']),
    meanDown: minutes(30),
    downDistribution: 'constant' as const,
  };
  const { independent, sharedFloor } = (await arithmeticOf(with_(outage)))!;
  assert.is(independent, 0);
  near(sharedFloor, ((0.5 / 240.5) * 30) / 150, 1e-6);
});

test('the parts that set the floor are named, the largest share first', async () => {
  const down = clock('shared egress down', ['egress/wan']);
  const wan = { ...down, members: down.members.map((m) => ({ ...m, parameters: { manner: 'partition' } })) };
  const outage = { ...clock('token outage', ['token-service']), meanDown: minutes(30) };
  const egress = {
    ...smallPlan.topology,
    connectors: smallPlan.topology.connectors.map((c) => ({ ...c, egress: 'wan' })),
  };
  const two = { ...with_(wan, outage, clock('site loss', ['site/paris'])), topology: egress };
  assert.equal((await arithmeticOf(two))!.sharedParts, ['egress/wan', 'token-service']);
  const paris = egress.connectors.filter(({ site }) => site === 'paris');
  const one = { ...two, topology: { ...egress, connectors: paris } };
  assert.equal((await arithmeticOf(one))!.sharedParts, ['egress/wan', 'site/paris', 'token-service']);
});

test('an only connector is no shared part: its own crashes are no limit to more connectors', async () => {
  const [only] = smallPlan.topology.connectors;
  const one = { ...with_(...each([only!.id])), topology: { ...smallPlan.topology, connectors: [only!] } };
  const { independent, sharedFloor, sharedParts } = (await arithmeticOf(one))!;
  near(independent, q);
  assert.is(sharedFloor, 0);
  assert.equal(sharedParts, []);
});

test('a place that takes out every connector is shared, of however many they are; of some it is none', async () => {
  const crash = (place: string, targets: string[]): FaultProcess => {
    const process = clock('connector crash', targets);
    return { ...process, members: process.members.map((member) => ({ ...member, place })) };
  };
  const paris = ids.filter((id) => id.startsWith('connector/paris/'));
  const half = (await arithmeticOf(with_(crash('site/paris', paris))))!;
  assert.is(half.sharedFloor, 0);
  assert.equal(half.sharedParts, []);
  for (const count of [2, 1]) {
    const connectors = smallPlan.topology.connectors.slice(0, count);
    const process = crash('site/paris', paris.slice(0, count));
    const plan = { ...with_(process), topology: { ...smallPlan.topology, connectors } };
    const { sharedFloor, sharedParts } = (await arithmeticOf(plan))!;
    near(sharedFloor, q);
    assert.equal(sharedParts, ['site/paris'], `${count} connectors`);
  }
});

test('instances that all fail by themselves are shared, together', async () => {
  const own = ['service/1', 'service/2'].map((id) => clock('service instance crash', [id]));
  const { sharedFloor, sharedParts } = (await arithmeticOf(with_(...own)))!;
  near(sharedFloor, q * q);
  assert.equal(sharedParts, ['service/1', 'service/2']);
});

test('slowness takes nothing out', async () => {
  const slow = { ...clock('connector slow', [ids[0]!]) };
  const plan = with_({ ...slow, members: [{ ...slow.members[0]!, parameters: { factor: 2 } }] });
  assert.is((await arithmeticOf(plan))!.independent, 0);
});

test.run();
