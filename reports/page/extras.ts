import type { Plan } from '../../sim/plan/plan.ts';
import type { AgainstBaseline } from '../ci/gate-entry.ts';

/** What a report may say beyond the result. All of it is in the run's folder; none of it is a clock, a host or a user. */
export interface ReportExtras {
  /** The plan of every cell's first replication, in plan order: horizon, load, faults, the rules of what counts as served. */
  readonly plans?: readonly Plan[];
  /** Command that runs it again, e.g. `holdfast replay out/connector-crash`. */
  readonly replay?: string;
  /** Comparison with a stored result, when there was one. */
  readonly baseline?: AgainstBaseline;
}
