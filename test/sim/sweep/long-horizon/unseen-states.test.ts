import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { days, hours, instant, minutes } from '../../../../proxy/host/units.ts';
import { partEffects } from '../../../../sim/faults/part-effects.ts';
import { expectedOn } from '../../../../sim/measure/fault-time.ts';
import type { FaultProcess, Plan, PlannedFault } from '../../../../sim/plan/plan.ts';
import { canonical } from '../../../../sim/sweep/long-horizon/canonical-key.ts';
import { environmentOf } from '../../../../sim/sweep/long-horizon/environment.ts';
import { unshownShare } from '../../../../sim/sweep/long-horizon/shown-states.ts';
import { stateOf, unseenStateShare } from '../../../../sim/sweep/long-horizon/unseen-states.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const clock = (kind: string, target: string): FaultProcess => ({
  id: `${kind} ${target}`,
  origin: 'random',
  meanUp: days(10),
  meanDown: hours(1),
  downDistribution: 'exponential',
  members: [{ kind, targets: [target], choose: 'all', parameters: {} }],
});
const plan: Plan = {
  ...smallPlan,
  faultProcesses: [clock('site loss', 'site/paris'), clock('site loss', 'site/lyon')],
};
/** Share of the horizon that one of them takes: they begin up. */
const q = expectedOn(clock('site loss', 'site/paris'), plan.horizon) / plan.horizon;
const environment = environmentOf(plan);
const allWorking = canonical(environment, { kind: 'stretch', from: 0, to: 1, state: new Map() }).key;

test('with every state seen nothing is left', async () => {
  assert.ok((await unseenStateShare(plan, environment, () => true)) < 1e-12);
});

test('when both sites were never lost together, that time is unseen', async () => {
  const keys = new Set<string>();
  await unseenStateShare(plan, environment, (key) => {
    keys.add(key);
    return true;
  });
  // All working, either site alone, and none: the last key is that of the largest combination.
  const both = [...keys].at(-1);
  assert.is(keys.size, 4);
  const unseen = await unseenStateShare(plan, environment, (key) => key !== both);
  assert.ok(Math.abs(unseen - q * q) < 1e-12, `${unseen}`);
});

test('connectors of a place that fails as one are never asked for one by one', async () => {
  const targets = ['connector/paris/1', 'connector/paris/2'];
  const process = clock('connector crash', '');
  const place = { ...process, members: [{ ...process.members[0]!, targets, place: 'site/paris' }] };
  const asked: string[] = [];
  const unseen = await unseenStateShare({ ...plan, faultProcesses: [place] }, environment, (key) => {
    asked.push(key);
    return key === allWorking;
  });
  assert.ok(Math.abs(unseen - q) < 1e-12, `${unseen}`);
  const state = new Map(targets.map((id) => [id, { verbs: 'kill', out: true, capacity: 0 }]));
  const both = canonical(environment, { kind: 'stretch', from: 0, to: 1, state }).key;
  assert.equal(asked, [allWorking, both]);
});

test('with only the working state seen, all time with a fault is unseen', async () => {
  const unseen = await unseenStateShare(plan, environment, (key) => key === allWorking);
  assert.ok(Math.abs(unseen - (1 - (1 - q) * (1 - q))) < 1e-12, `${unseen}`);
});

test('of replications whose every request was simulated, what their faults showed counts as seen, alone and together', async () => {
  const lost = (target: string, at: number, until: number): PlannedFault => ({
    id: `${target} ${at}`,
    kind: 'site loss',
    targets: [target],
    parameters: {},
    at: instant(minutes(at)),
    until: instant(minutes(until)),
    origin: 'random',
  });
  const none = await unshownShare([plan, plan]);
  assert.ok(Math.abs(none - (1 - (1 - q) * (1 - q))) < 1e-12, `${none}`);
  // One site stands for the other: they are alike.
  const apart = { ...plan, faults: [lost('site/paris', 1, 2)] };
  const alike = await unshownShare([plan, apart]);
  const [paris, lyon] = plan.topology.sites;
  const equal = JSON.stringify({ ...paris, id: '' }) === JSON.stringify({ ...lyon, id: '' });
  assert.ok(Math.abs(alike - (equal ? q * q : q * q + q * (1 - q))) < 1e-12, `${alike}`);
  const together = { ...plan, faults: [lost('site/paris', 1, 3), lost('site/lyon', 2, 4)] };
  assert.ok((await unshownShare([together])) < 1e-12);
  assert.is(await unshownShare([smallPlan]), 0);
});

test('without random faults there is nothing to miss', async () => {
  assert.is(await unseenStateShare(smallPlan, environment, () => false), 0);
});

/** The connector fault of a schedule, minutes. */
const scheduled = (at: number, until: number | null): PlannedFault => ({
  id: 'scheduled',
  kind: 'connector crash',
  targets: ['connector/lyon/2'],
  at: instant(minutes(at)),
  until: until === null ? null : instant(minutes(until)),
  parameters: {},
  origin: 'schedule',
});

test('under a fault that is scheduled for good, states with it are those that count', async () => {
  const crashing = { ...plan, faultProcesses: [clock('connector crash', 'connector/paris/1')] };
  const permanent = { ...crashing, faults: [scheduled(0, null)] };
  const gone = { verbs: 'kill', out: true, capacity: 0 };
  const keyOf = (...out: string[]): string => {
    const state = new Map(out.map((id) => [id, gone]));
    return canonical(environment, { kind: 'stretch', from: 0, to: 1, state }).key;
  };
  const shown = [keyOf('connector/lyon/2'), keyOf('connector/lyon/2', 'connector/paris/1')];
  assert.ok((await unseenStateShare(permanent, environment, (key) => shown.includes(key))) < 1e-12);
  const never = await unseenStateShare(permanent, environment, (key) => key === shown[0]);
  assert.ok(Math.abs(never - q) < 1e-12, `${never}`);
});

test('what a schedule does by itself every replication has shown; what chance adds to it counts for its time', async () => {
  const fifth = { ...plan, faults: [scheduled(1, 2)] };
  const unseen = await unseenStateShare(fifth, environment, (key) => !key.includes('kill') && key !== '');
  assert.ok(unseen < q, `${unseen}`);
  const strict = await unseenStateShare(fifth, environment, () => false);
  assert.ok(Math.abs(strict - (1 - ((1 - q) * (1 - q)) / 5)) < 1e-12, `${strict}`);
});

/** Forty equal connectors at two sites with equal links, each gone for an hour in ten days. */
const forty: Plan = {
  ...smallPlan,
  horizon: days(30),
  topology: {
    ...smallPlan.topology,
    sites: smallPlan.topology.sites.map((site) => ({ ...smallPlan.topology.sites[0]!, id: site.id })),
    connectors: Array.from({ length: 40 }, (_, i) => ({
      ...smallPlan.topology.connectors[0]!,
      id: `connector/${i % 2 === 0 ? 'paris' : 'lyon'}/${(i >> 1) + 1}`,
      site: i % 2 === 0 ? 'paris' : 'lyon',
    })),
  },
};

test('of many equal connectors it matters how many are gone: what was drawn is not counted as never drawn', async () => {
  const plan40 = { ...forty, faultProcesses: forty.topology.connectors.map(({ id }) => clock('connector crash', id)) };
  const of40 = environmentOf(plan40);
  assert.ok((await unseenStateShare(plan40, of40, () => true)) < 1e-12);
  const off = expectedOn(plan40.faultProcesses[0]!, forty.horizon) / forty.horizon;
  const upTo = 2;
  const drawn = Array.from({ length: upTo + 1 }, (_, gone) => {
    const state = new Map(
      forty.topology.connectors.slice(0, gone).map(({ id }) => [id, { verbs: 'kill', out: true, capacity: 0 }]),
    );
    return canonical(of40, { kind: 'stretch', from: 0, to: 1, state }).key;
  });
  let tail = 1;
  let chance = (1 - off) ** 40;
  for (let gone = 0; gone <= upTo; gone++) {
    tail -= chance;
    chance *= ((40 - gone) / (gone + 1)) * (off / (1 - off));
  }
  const unseen = await unseenStateShare(plan40, of40, (key) => drawn.includes(key));
  assert.ok(tail > 1e-4 && Math.abs(unseen - tail) < 1e-12, `${unseen} against ${tail}`);
});

test('counted by bundles or one by one: the same share of the time, whatever was seen', async () => {
  const processes = [
    ...smallPlan.topology.connectors.map(({ id }) => clock('connector crash', id)),
    ...smallPlan.topology.connectors.slice(1).map(({ id }) => clock('connector hang', id)),
    clock('site loss', 'site/paris'),
  ];
  /** Six of thirty days. */
  const planned = scheduled(6 * 1440, 12 * 1440);
  const mixed: Plan = { ...smallPlan, horizon: days(30), faultProcesses: processes, faults: [planned] };
  const effects = await Promise.all(
    processes.map(({ members }) =>
      partEffects(mixed, { ...members[0]!, id: 'any', at: instant(0), until: null, origin: 'random' }),
    ),
  );
  const background = { effects: await partEffects(mixed, planned) };
  const share = expectedOn(processes[0]!, mixed.horizon) / mixed.horizon;
  const seen = (salt: number) => (key: string) => [...key].reduce((sum, c) => sum * 31 + c.charCodeAt(0), salt) % 3 > 0;
  for (const salt of [1, 2, 3]) {
    let known = 0;
    for (let bits = 0; bits < 2 ** processes.length; bits++) {
      const on = effects.flatMap((all, i) => ((bits >> i) & 1 ? [{ effects: all }] : []));
      const chance = effects.reduce((product, _, i) => product * ((bits >> i) & 1 ? share : 1 - share), 1);
      for (const [part, causes] of [[4 / 5, on] as const, [1 / 5, [background, ...on]] as const]) {
        const { key } = canonical(environment, { kind: 'stretch', from: 0, to: 1, state: stateOf(causes) });
        const alone = on.length === 0 && causes.length > 0;
        if (alone || seen(salt)(key)) known += part * chance;
      }
    }
    const unseen = await unseenStateShare(mixed, environment, seen(salt));
    assert.ok(Math.abs(unseen - (1 - known)) < 1e-9, `${unseen} against ${1 - known}`);
  }
});

/** A common cause of these members, a random one. */
const drawing = (...members: FaultProcess['members']): FaultProcess => ({
  ...clock('token slow', 'token-service'),
  members,
});
const slowToken = {
  kind: 'token slow',
  targets: ['token-service'],
  choose: 'all',
  parameters: { by: 2_000_000 },
} as const;
const oneOf = (kind: string, parameters: FaultProcess['members'][number]['parameters'] = {}) =>
  ({ kind, targets: smallPlan.topology.connectors.map(({ id }) => id), choose: 'one', parameters }) as const;

/** A plan in which the one clock went off once for each of these choices, one after the other. */
function shownBy(process: FaultProcess, ...choices: ReadonlyArray<readonly number[]>): Plan {
  const faults = choices.flatMap((chosen, n) =>
    process.members.map((member, m): PlannedFault => {
      const { kind, parameters } = member;
      const targets = member.choose === 'one' ? [member.targets[chosen[m] ?? 0] ?? ''] : member.targets;
      const [at, until] = [instant(minutes(4 * n + 1)), instant(minutes(4 * n + 3))];
      return { id: `${n}/${m}`, kind, targets, parameters, at, until, origin: process.origin };
    }),
  );
  return { ...smallPlan, horizon: hours(1), faultProcesses: [process], faults };
}

test('what one clock draws never meets another draw of it: such time is not waited for', async () => {
  const patch = drawing(slowToken, oneOf('connector crash'));
  assert.ok((await unshownShare([shownBy(patch, [0, 0], [0, 1], [0, 2], [0, 3])])) < 1e-12);
  const often = { ...drawing(oneOf('connector crash')), meanUp: hours(4) };
  assert.ok((await unshownShare([shownBy(often, [0], [1], [2], [3])])) < 1e-12, 'one of several alone');
  const two = drawing(oneOf('connector crash'), oneOf('connector slow', { factor: 4 }));
  const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b]));
  assert.ok((await unshownShare([shownBy(two, ...pairs)])) < 1e-12);
});

test('what a clock may draw and has not is unseen, each choice with its share', async () => {
  const patch = drawing(slowToken, oneOf('connector crash'));
  const share = expectedOn(patch, hours(1)) / hours(1);
  // Two of the four stand at the site that was drawn, whose links are unlike those of the other one.
  const unseen = await unshownShare([shownBy(patch, [0, 0])]);
  assert.ok(Math.abs(unseen - share / 2) < 1e-12, `${unseen} is not half of ${share}`);
});

test('beside crashes of each connector, a draw that hits a crashed one is told from one that hits another', async () => {
  const crashes = smallPlan.topology.connectors.map(({ id }) => clock('connector crash', id));
  const hang = { ...drawing(oneOf('connector hang')), id: 'hang' };
  const mixed: Plan = { ...smallPlan, horizon: days(30), faultProcesses: [...crashes, hang] };
  const q30 = expectedOn(hang, mixed.horizon) / mixed.horizon;
  const seen = (salt: number) => (key: string) => [...key].reduce((sum, c) => sum * 31 + c.charCodeAt(0), salt) % 3 > 0;
  const kill = { verb: 'kill', takesOut: true, stopsWork: true, capacity: 0 };
  const freeze = { verb: 'freeze', takesOut: false, stopsWork: true, capacity: 0 };
  const ids = smallPlan.topology.connectors.map(({ id }) => id);
  for (const salt of [1, 2, 3]) {
    let known = 0;
    for (let bits = 0; bits < 16; bits++) {
      const down = ids.filter((_, i) => (bits >> i) & 1).map((part) => ({ effects: [{ ...kill, part }] }));
      const chance = ids.reduce((product, _, i) => product * ((bits >> i) & 1 ? q30 : 1 - q30), 1);
      const hung = ids.map((part) => [q30 / 4, [...down, { effects: [{ ...freeze, part }] }]] as const);
      for (const [share, causes] of [[1 - q30, down] as const, ...hung]) {
        const { key } = canonical(environment, { kind: 'stretch', from: 0, to: 1, state: stateOf(causes) });
        if (seen(salt)(key)) known += chance * share;
      }
    }
    const unseen = await unseenStateShare(mixed, environment, seen(salt));
    assert.ok(Math.abs(unseen - (1 - known)) < 1e-9, `${unseen} against ${1 - known}`);
  }
});

test.run();
