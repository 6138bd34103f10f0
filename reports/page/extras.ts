import type { Plan } from '../../sim/plan/plan.ts';
import type { AgainstBaseline } from '../ci/gate-entry.ts';

/** What a report may say beyond the result. All of it is in the run's folder; none of it is a clock, a host or a user. */
export interface ReportExtras {
  /** Any cell's plan of the run: horizon, load, fault processes and the rules of what counts as served. */
  readonly plan?: Plan;
  /** Command that runs it again, e.g. `holdfast replay out/connector-crash`. */
  readonly replay?: string;
  /** Comparison with a stored result, when there was one. */
  readonly baseline?: AgainstBaseline;
}
