import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hours, instant, minutes } from '../../../proxy/host/units.ts';
import { episodesOf, lossByFault, lostInAll, lostOutside } from '../../../reports/view/episodes.ts';
import { drawTimeline } from '../../../sim/cli/draw-timeline.ts';
import type { Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { resultSchema } from '../../../sim/store/result-schema.ts';
import type { CellStudy, CourseSpan } from '../../../sim/sweep/study.ts';
import { smallPlan } from '../plan/small-plan.ts';

const crash = (n: number, at: number, minutesLong: number): PlannedFault => ({
  id: `crash/${n}`,
  kind: 'connector crash',
  targets: ['connector/paris/1', 'connector/paris/2', 'connector/lyon/1', 'connector/lyon/2'],
  at: instant(at),
  until: instant(at + minutes(minutesLong)),
  parameters: {},
  origin: 'random',
});

/** What drawing reads of a study. */
const study = (plan: Plan, course: readonly CourseSpan[] | null): CellStudy =>
  ({ plan, course }) as Partial<CellStudy> as CellStudy;

const span = (from: number, to: number, lost: number, asPlanned = false): CourseSpan => ({
  from,
  to,
  requests: ((to - from) / 1e6) * 20,
  lost,
  asPlanned,
});

test('a short run is drawn whole', async () => {
  const timeline = await drawTimeline(study({ ...smallPlan, faults: [crash(1, minutes(2), 1)] }, null), 3);
  assert.is(timeline.cell, 3);
  assert.is(timeline.from, 0);
  assert.is(timeline.whole, null);
  const sent = timeline.points.reduce((sum, { ok, failed, unknown }) => sum + ok + failed + unknown, 0);
  assert.ok(sent > 5_000 && sent < 7_000, `${sent} requests in 5 minutes at 20 a second`);
});

test('of a long run the worst episode is enlarged and the rest drawn in outline, its losses kept', async () => {
  const [small, worst] = [hours(10), hours(50)];
  const plan = { ...smallPlan, horizon: hours(100), faults: [crash(1, small, 1), crash(2, worst, 3)] };
  const course = [
    span(0, small, 4, true),
    span(small, small + minutes(2), 900),
    span(small + minutes(2), worst, 0, true),
    span(worst, worst + minutes(1), 1_000),
    span(worst + minutes(1), worst + minutes(4), 2_000),
    span(worst + minutes(4), hours(100), 0, true),
  ];
  const timeline = await drawTimeline(study(plan, course), 0);
  assert.is(timeline.from, worst / 1e6 - 60, 'the larger of the two, with a minute before it');
  const losing = timeline.points.filter(({ failed }) => failed > 0);
  assert.ok(losing.length > 0 && losing.every(({ at }) => at >= 30 && at < 300), 'losses lie where the fault is');
  assert.equal(timeline.lanes[0]?.bars, [{ kind: 'connector crash', letter: 'C', from: 60, to: 240 }]);
  const { whole } = timeline;
  assert.is(whole?.seconds, 360_000);
  assert.equal(
    whole?.spans.map(({ lost }) => lost),
    [900, 1_000, 2_000],
  );
  assert.is(whole?.lostElsewhere, 4);
  assert.is(whole?.lanes[0]?.bars.length, 2);
  assert.ok(Math.abs((whole?.requests ?? 0) - 7_200_000) < 1);
});

test('outline and bars are bounded, and say what they leave out', async () => {
  const many = Array.from({ length: 3_000 }, (_, n) => minutes(2 * n + 1));
  const plan = { ...smallPlan, horizon: minutes(6_002), faults: many.map((at, n) => crash(n, at, 1)) };
  const course = many.flatMap((at, n) => [span(at - minutes(1), at, 0, true), span(at, at + minutes(1), n + 1)]);
  const { whole } = await drawTimeline(study(plan, course), 0);
  assert.is(whole?.spans.length, 2_000);
  assert.is(whole?.lostElsewhere, (1_000 * 1_001) / 2, 'the thousand smallest');
  assert.is(
    whole?.lanes.reduce((sum, { bars }) => sum + bars.length, 0),
    2_000,
  );
  assert.is(whole?.moreFaults, 4 * 2_500);
});

test('what is left out of the picture is told all the same: every episode, its faults, and what was lost by fault', async () => {
  const many = Array.from({ length: 3_000 }, (_, n) => minutes(3 * n + 1));
  const plan = { ...smallPlan, horizon: minutes(9_002), faults: many.map((at, n) => crash(n, at, 1)) };
  // The middle piece of each episode loses nothing, so it is the first to be left out of the picture.
  const course = many.flatMap((at, n) => [
    span(at - minutes(1), at, 1, true),
    span(at, at + minutes(1) / 3, n + 1),
    span(at + minutes(1) / 3, at + minutes(1) / 2, 0),
    span(at + minutes(1) / 2, at + minutes(1), n + 1),
    span(at + minutes(1), at + minutes(2), 0, true),
  ]);
  const timeline = await drawTimeline(study(plan, course), 0);
  const { whole } = timeline;
  assert.equal(resultSchema.shape.timeline.parse(timeline), timeline, 'result.json can be read again');
  assert.is(whole?.spans.length, 2_000);
  const episodes = episodesOf(whole!);
  assert.is(episodes.length, 3_000);
  const kinds = ['paris 1', 'paris 2', 'lyon 1', 'lyon 2'].map(
    (c) => `connector crash of connector ${c.replace(' ', '/')}`,
  );
  assert.equal(episodes.at(-1)?.faults, kinds);
  assert.is(episodes.at(-1)?.lost, 6_000);
  assert.equal(lossByFault(whole!), [{ faults: 'connector crash', lost: 3_000 * 3_001 }]);
  assert.is(lostOutside(whole!), 3_000);
  assert.is(lostInAll(whole!), 3_000 * 3_001 + 3_000);
});

test('where all is drawn nothing is told twice', async () => {
  const plan = { ...smallPlan, horizon: hours(100), faults: [crash(1, hours(10), 1)] };
  const course = [span(0, hours(10), 4, true), span(hours(10), hours(11), 900), span(hours(11), hours(100), 0, true)];
  const { whole } = await drawTimeline(study(plan, course), 0);
  assert.is(whole?.beforeCut, undefined);
  assert.is(whole?.moreFaults, 0);
});

test.run();
