import { type Instant, instant } from '../../proxy/host/units.ts';
import { episodesOf, lossByFault } from '../../reports/view/episodes.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedRequests } from '../plan/planned-requests.ts';
import type { Timeline, TimelineLane, WholeRun } from '../store/result.ts';
import type { CellStudy, CourseSpan } from '../sweep/study.ts';
import { runVirtualPlan, type VirtualOptions } from '../virtual/engine.ts';
import { faultLanes, timelineOf } from './timeline.ts';

/** A replication of at most this many requests is drawn whole: a few seconds of simulation. */
const wholeRequests = 250_000;
/** What is enlarged of a longer one has at most this many. */
const enlargedRequests = 100_000;
/** Before and after an episode, at least: microseconds. */
const leastMargin = 60_000_000;
/** Stretches and fault bars that a reader's page can carry. */
const mostSpans = 2_000;
const mostBars = 2_000;

/**
 * The first replication of a studied cell, drawn for the reader: all of it when it is short; else the whole in outline,
 * from the windows that the study simulated, and its worst episode simulated once more, request by request.
 */
export async function drawTimeline(
  study: CellStudy,
  cell: number,
  options: Pick<VirtualOptions, 'interrupted'> = {},
): Promise<Timeline> {
  const { plan, course } = study;
  if (course === null && plannedRequests(plan) <= wholeRequests) {
    return timelineOf(plan, await runVirtualPlan(plan, options), cell);
  }
  const { from, to } = enlarged(plan, course ?? []);
  const history = await runVirtualPlan(plan, { ...options, from, to });
  const timeline = timelineOf(plan, history, cell, { from, to });
  return { ...timeline, whole: course === null ? null : wholeRun(plan, course) };
}

/** Stretches that follow one another without a time in between in which everything works. */
function joined(course: readonly CourseSpan[]): CourseSpan[] {
  const episodes: CourseSpan[] = [];
  let open: CourseSpan | null = null;
  for (const span of course) {
    if (span.asPlanned) {
      open = null;
      continue;
    }
    if (open !== null) episodes.pop();
    const before: CourseSpan = open ?? { ...span, requests: 0, lost: 0 };
    open = { ...before, to: span.to, requests: before.requests + span.requests, lost: before.lost + span.lost };
    episodes.push(open);
  }
  return episodes;
}

/** The worst episode with a margin, or its beginning when it is long; without one the first fault, else the start. */
function enlarged(plan: Plan, course: readonly CourseSpan[]): { from: Instant; to: Instant } {
  const most = (enlargedRequests / Math.max(1, plannedRequests(plan))) * plan.horizon;
  const first = plan.faults[0];
  const given = first === undefined ? null : { from: first.at, to: first.until ?? plan.horizon };
  const worst = joined(course).reduce<{ from: number; to: number; lost: number } | null>(
    (held, one) => (held === null || one.lost > held.lost ? one : held),
    null,
  );
  const chosen = worst ?? given ?? { from: 0, to: most };
  const margin = Math.max(leastMargin, (chosen.to - chosen.from) / 10);
  const from = Math.max(0, chosen.from - Math.min(margin, most / 4));
  return { from: instant(from), to: instant(Math.min(plan.horizon, chosen.to + margin, from + most)) };
}

/** All of it in outline; where that is too much to draw, what words tell of it is taken from all of it before. */
function wholeRun(plan: Plan, course: readonly CourseSpan[]): WholeRun {
  const hit = course.filter(({ asPlanned }) => !asPlanned);
  const sum = (spans: readonly CourseSpan[], of: (span: CourseSpan) => number): number =>
    spans.reduce((total, span) => total + of(span), 0);
  const outline = (kept: ReadonlySet<CourseSpan>): Pick<WholeRun, 'spans' | 'lostElsewhere'> => ({
    spans: hit
      .filter((span) => kept.has(span))
      .map(({ from, to, requests, lost }) => ({ from: from / 1e6, to: to / 1e6, requests, lost })),
    lostElsewhere: sum(
      course.filter((span) => !kept.has(span)),
      ({ lost }) => lost,
    ),
  });
  const all: WholeRun = {
    seconds: plan.horizon / 1e6,
    lanes: faultLanes(plan, { from: 0, to: plan.horizon }),
    ...outline(new Set(hit)),
    requests: sum(course, ({ requests }) => requests),
    moreFaults: 0,
  };
  const { lanes, more } = fewer(all.lanes);
  if (more === 0 && hit.length <= mostSpans) return all;
  const worst = new Set([...hit].sort((a, b) => b.lost - a.lost).slice(0, mostSpans));
  const { lostElsewhere } = all;
  const beforeCut = { episodes: episodesOf(all), lostElsewhere, byFault: lossByFault(all) };
  return { ...all, ...outline(worst), lanes, moreFaults: more, beforeCut };
}

/** As many bars of each lane as fit, the first ones, and how many that leaves out. */
function fewer(lanes: readonly TimelineLane[]): { lanes: readonly TimelineLane[]; more: number } {
  const each = Math.max(1, Math.floor(mostBars / Math.max(1, lanes.length)));
  const more = lanes.reduce((sum, { bars }) => sum + Math.max(0, bars.length - each), 0);
  return { lanes: lanes.map(({ part, bars }) => ({ part, bars: bars.slice(0, each) })), more };
}
