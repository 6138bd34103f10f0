import { faultCatalogue } from '../faults/catalogue.ts';
import type { History } from '../history/history.ts';
import { bucketSecondsFor, seriesOf } from '../measure/series.ts';
import type { Plan } from '../plan/plan.ts';
import type { Timeline, TimelineLane } from '../store/result.ts';

/** Points a chart can show. */
const mostPoints = 240;

/** Microseconds of the plan that are drawn, [from, to). */
export interface Drawn {
  readonly from: number;
  readonly to: number;
}

/**
 * One replication drawn for the reader: what users saw over time, and which part was hit when. Seconds count from the
 * start of what is drawn.
 */
export function timelineOf(plan: Plan, history: History, cell: number, drawn?: Drawn): Timeline {
  const { from, to } = drawn ?? { from: 0, to: plan.horizon };
  const bucketSeconds = bucketSecondsFor((to - from) / 1e6, mostPoints);
  return {
    cell,
    replication: plan.replication,
    bucketSeconds,
    points: seriesOf(history, bucketSeconds, from).filter(({ at }) => at < (to - from) / 1e6),
    lanes: faultLanes(plan, { from, to }),
    from: from / 1e6,
    whole: null,
  };
}

/** A lane per part that some fault touches while it is drawn, in plan order of first touch. */
export function faultLanes(plan: Plan, drawn: Drawn): readonly TimelineLane[] {
  const lanes = new Map<string, Array<TimelineLane['bars'][number]>>();
  for (const fault of plan.faults) {
    const until = fault.until ?? plan.horizon;
    if (until <= drawn.from || fault.at >= drawn.to) continue;
    const { letter } = faultCatalogue.get(fault.kind);
    const bar = {
      kind: fault.kind,
      letter,
      from: (Math.max(fault.at, drawn.from) - drawn.from) / 1e6,
      to: (Math.min(until, drawn.to) - drawn.from) / 1e6,
    };
    for (const part of fault.targets) {
      const bars = lanes.get(part) ?? [];
      bars.push(bar);
      lanes.set(part, bars);
    }
  }
  return [...lanes].map(([part, bars]) => ({ part, bars }));
}
