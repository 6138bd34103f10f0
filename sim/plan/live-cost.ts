import { cells } from './cells.ts';
import type { Scenario } from './scenario.ts';

/** Live runs are played one after the other in real time: their number, what each covers and all of them, microseconds. */
export interface LiveCost {
  readonly runs: number;
  readonly each: number;
  readonly all: number;
}

/** Of a live form. Starting and ending processes comes on top, some seconds a run. */
export function liveCost(form: Scenario): LiveCost {
  const runs = cells(form).length * form.run.replications.max;
  const each = Math.round(form.run.duration / form.run.timeScale);
  return { runs, each, all: runs * each };
}
