import { cells } from './cells.ts';
import type { Scenario } from './scenario.ts';

/** Live replications of all configurations, one after the other in real time: their number, what each covers and all, microseconds. */
export interface LiveCost {
  readonly replications: number;
  readonly each: number;
  readonly all: number;
}

/** Of a live form. Starting and ending processes comes on top, some seconds a replication. */
export function liveCost(form: Scenario): LiveCost {
  const replications = cells(form).length * form.run.replications.max;
  const each = Math.round(form.run.duration / form.run.timeScale);
  return { replications, each, all: replications * each };
}
