import type { Micros } from '../../proxy/host/units.ts';
import type { Behaviour } from '../../proxy/policy/behaviour.ts';
import type {
  ApplicationPlan,
  DirectoryPlan,
  FrontDoorPlan,
  IdentityPlan,
  LinkPlan,
  ObjectivePlan,
  OutcomeRules,
  WorkloadPlan,
} from './plan.ts';

/**
 * A scenario after reading: every default filled, every quantity a number, every list in the order written. JSON-safe
 * (an absent value is null or left out), so that it can be hashed, stored and sent. `sim/scenario` makes it,
 * `compilePlan` turns one cell of it into a plan.
 */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly run: RunRules;
  readonly topology: ScenarioTopology;
  readonly throttle: { readonly perApplication: number; readonly tenant: number } | null;
  readonly applications: readonly ApplicationPlan[];
  readonly identity: IdentityPlan;
  readonly directory: DirectoryPlan | null;
  readonly behaviour: Behaviour;
  /** Records of the scenario's own, which `behaviour` and the behaviour axis may name besides the shipped ones. */
  readonly behaviours: readonly Behaviour[];
  readonly workloads: readonly WorkloadPlan[];
  readonly faults: ScenarioFaults;
  readonly outcome: OutcomeRules;
  readonly objectives: readonly ObjectivePlan[];
  /** Cells are the product, the first axis slowest. */
  readonly sweep: readonly SweepAxis[];
  readonly prices: Prices | null;
  readonly live: LiveForm | null;
}

/** Time-outs that a time scale leaves alone unless the scenario names them. */
export const scalableTimeouts = [
  'backend timeout',
  'exchange timeout',
  'negative cache',
  'connector wait',
  'queue timeout',
  'deadline',
] as const;
export type ScalableTimeout = (typeof scalableTimeouts)[number];

export interface RunRules {
  readonly duration: Micros;
  /** Replications per cell, both inclusive; equal: no stopping rule. */
  readonly replications: { readonly min: number; readonly max: number };
  /** Stop when the interval of the unavailability is at most this share of it to either side. */
  readonly precision: number;
  /** Two-sided, in (0, 1). */
  readonly confidence: number;
  readonly seed: string;
  /** Policy durations are divided by this; 1 = real durations. */
  readonly timeScale: number;
  readonly scaledTimeouts: readonly ScalableTimeout[];
}

export interface ScenarioTopology {
  /** Number of service instances. */
  readonly instances: number;
  readonly frontDoor: FrontDoorPlan;
  readonly userLink: LinkPlan;
  readonly tokenLink: LinkPlan;
  /** In the order written: the axis `sites` keeps the first n. */
  readonly sites: readonly ScenarioSite[];
  readonly groups: readonly ScenarioGroup[];
}

export interface ScenarioSite {
  readonly id: string;
  readonly serviceLink: LinkPlan;
  readonly backendLink: LinkPlan;
  readonly egress: string;
}

export interface ScenarioGroup {
  readonly id: string;
  readonly connectors: ReadonlyArray<{ readonly site: string; readonly count: number }>;
  readonly machine: ConnectorMachine;
}

/** What every connector of a group is like. */
export interface ConnectorMachine {
  readonly cores: number;
  /** Rated throughput; the mean processor time of a request is cores / this. */
  readonly requestsPerSecond: number;
  readonly demandDistribution: 'exponential' | 'constant';
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly tunnels: number;
  readonly restartDelay: Micros;
  readonly reconnect: { readonly base: Micros; readonly cap: Micros };
}

/** What breaks, and how. Not yet resolved: selectors are looked up in the cell's topology. */
export interface FaultSpec {
  readonly kind: string;
  /** As written, e.g. `every connector`; null: the only thing this fault can act on. */
  readonly target: string | null;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

export interface ScheduledFault extends FaultSpec {
  /** Unique over all three lists; names the fault's random stream. */
  readonly name: string;
  readonly at: Micros;
  /** null: to the end of the run. */
  readonly span: Micros | null;
}

export interface FailureClock {
  /** Mean time from repair (or the start) to the next failure, exponential. */
  readonly mtbf: Micros;
  /** Mean time to repair. */
  readonly mttr: Micros;
  readonly repair: 'exponential' | 'constant';
}

export interface RandomFault extends FaultSpec, FailureClock {
  readonly name: string;
}

/** Several faults with one cause: they begin and end together. */
export interface CommonCause {
  readonly name: string;
  readonly members: readonly FaultSpec[];
  readonly timing:
    | { readonly kind: 'at'; readonly at: Micros; readonly span: Micros | null }
    | ({ readonly kind: 'random' } & FailureClock);
}

export interface ScenarioFaults {
  readonly schedule: readonly ScheduledFault[];
  readonly random: readonly RandomFault[];
  readonly together: readonly CommonCause[];
}

export interface SweepAxis {
  /** Name in the axis catalogue: `connectors per site`. */
  readonly axis: string;
  /** As written; distinct. */
  readonly values: ReadonlyArray<string | number>;
}

/** Price per unit and run, any currency. */
export interface Prices {
  readonly connector: number;
  readonly site: number;
  readonly instance: number;
}

/** How the scenario is run live, where days and high rates cannot be. null: as the scenario says. */
export interface LiveForm {
  readonly duration: Micros | null;
  readonly timeScale: number | null;
  /** Total over all workloads, which keep their proportions. */
  readonly requestsPerSecond: number | null;
  readonly replications: number | null;
  readonly faults: ScenarioFaults | null;
  readonly sweep: readonly SweepAxis[] | null;
}
