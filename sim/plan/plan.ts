import type { Instant, Micros } from '../../proxy/host/units.ts';
import type { Behaviour } from '../../proxy/policy/behaviour.ts';

/**
 * A plan is a scenario with every default filled, every stochastic fault drawn and every time absolute. JSON-safe,
 * complete (no optional field but `externalPath` and `place`), and its digest identifies a run. Both engines read nothing else.
 */
export interface Plan {
  readonly planVersion: 1;
  readonly name: string;
  readonly description: string;
  /** SHA-256 (hex) of the canonical scenario this cell was made from. */
  readonly scenarioDigest: string;
  readonly seed: string;
  /** 0-based; each replication forks its own streams from the seed. */
  readonly replication: number;
  /** Coordinates in the sweep, axis name to value; empty without a sweep. */
  readonly axes: Readonly<Record<string, string | number>>;
  /** Policy durations were divided by this; 1 = real durations. */
  readonly timeScale: number;
  /** The run covers [0, horizon). */
  readonly horizon: Micros;
  readonly topology: TopologyPlan;
  readonly applications: readonly ApplicationPlan[];
  readonly identity: IdentityPlan;
  readonly directory: DirectoryPlan | null;
  readonly behaviour: Behaviour;
  readonly workloads: readonly WorkloadPlan[];
  /** Ordered by `at`, then id. */
  readonly faults: readonly PlannedFault[];
  /** What `faults` of random origin were drawn from: one entry per independent clock. Analytic arithmetic reads it. */
  readonly faultProcesses: readonly FaultProcess[];
  /**
   * Requests a second that all instances together let through (documented: 500 per application, 750 per tenant); each has
   * an equal share (`instanceThrottle` in roles.ts). Null: no throttle.
   */
  readonly throttle: { readonly perApplication: number; readonly tenant: number } | null;
  readonly outcome: OutcomeRules;
  readonly objectives: readonly ObjectivePlan[];
}

export interface TopologyPlan {
  readonly instances: readonly InstancePlan[];
  readonly sites: readonly SitePlan[];
  readonly groups: readonly GroupPlan[];
  readonly connectors: readonly ConnectorPlan[];
  /** User to service instance. */
  readonly userLink: LinkPlan;
  /** Service (and user) to token service. */
  readonly tokenLink: LinkPlan;
  readonly frontDoor: FrontDoorPlan;
}

/**
 * One way, per message: latency plus uniform jitter in [0, jitter]. Bandwidth in bytes per second of each direction of each
 * connection, as a Toxiproxy limits it, so that both worlds agree: connections of a link do not share it. Null = unlimited.
 */
export interface LinkPlan {
  readonly latency: Micros;
  readonly jitter: Micros;
  readonly bytesPerSecond: number | null;
}

/** `id` is what faults name: `service/1`. */
export interface InstancePlan {
  readonly id: string;
}

export interface SitePlan {
  readonly id: string;
  /** Connectors of the site to the service. */
  readonly serviceLink: LinkPlan;
  /** Connectors of the site to the backends. */
  readonly backendLink: LinkPlan;
}

export interface GroupPlan {
  readonly id: string;
}

/** `id` is `connector/<site>/<n>`, n from 1. */
export interface ConnectorPlan {
  readonly id: string;
  readonly site: string;
  readonly group: string;
  readonly cores: number;
  /** Mean CPU demand of one request on one core; = cores / documented maximum TPS unless given. */
  readonly demand: Micros;
  readonly demandDistribution: 'exponential' | 'constant';
  /** Streams at once, from dispatch to the last byte (documented: 200). */
  readonly maxConcurrent: number;
  /** Requests waiting for a core; beyond it the connector refuses (overload). */
  readonly maxQueue: number;
  /** Shared outbound path this connector leaves through. */
  readonly egress: string;
  readonly tunnels: number;
  /** From the end of a crash until the process dials its tunnels; live, the start of a real process comes on top. */
  readonly restartDelay: Micros;
  /** Delay before a lost tunnel is dialled again: `base`, doubling with full jitter up to `cap`. */
  readonly reconnect: { readonly base: Micros; readonly cap: Micros };
}

/** Spreads user connections over instances; an instance that stopped answering is skipped after detection. */
export interface FrontDoorPlan {
  readonly probeInterval: Micros;
  readonly unhealthyAfter: Micros;
}

export interface ApplicationPlan {
  readonly id: string;
  readonly group: string;
  /** Host name users type. */
  readonly externalHost: string;
  /**
   * Path under which it is published, where several share a host: begins and ends with `/`, the longest that fits a
   * request wins. Left out for the whole host, so that plans of before keep their digest.
   */
  readonly externalPath?: string;
  readonly preAuthentication: 'token-service' | 'pass-through';
  /** Uses the directory (Kerberos constrained delegation) for single sign-on. */
  readonly singleSignOn: 'none' | 'kerberos';
  /** Backend deadline: 85 s or 180 s unless given. */
  readonly backendTimeout: Micros;
  readonly backend: BackendPlan;
}

export interface BackendPlan {
  readonly latency: Micros;
  /** `exponential`: latency is the mean. */
  readonly latencyDistribution: 'constant' | 'exponential';
  readonly responseBytes: number;
}

export interface IdentityPlan {
  /** Uniform life of an access token and of the session cookie made from it, [from, to]. */
  readonly sessionLife: { readonly from: Micros; readonly to: Micros };
  /** Token service's own work per exchange. */
  readonly exchangeTime: Micros;
  readonly exchangeTimeout: Micros;
  /** Users arrive with sessions of stationary age (else everybody signs in first). */
  readonly startInEquilibrium: boolean;
  /** After its session ended a user signs in again at the next request (false: oracle runs without re-sign-in). */
  readonly signInAgain: boolean;
  readonly keysCachedFor: Micros;
  readonly keysStaleFor: Micros;
}

export interface DirectoryPlan {
  readonly controllers: number;
  readonly ticketLife: Micros;
  readonly issueTime: Micros;
  /** Fail fast for this long after no controller answered (documented default 45 s). */
  readonly negativeCache: Micros;
}

export interface WorkloadPlan {
  readonly id: string;
  readonly application: string;
  readonly users: number;
  readonly requestsPerSecond: number;
  readonly arrivals: 'poisson' | 'uniform';
  readonly method: string;
  readonly requestBytes: number;
  /** Client retries on a failed answer: 0 none (a browser retries once, by hand). */
  readonly clientRetries: number;
  readonly clientRetryDelay: Micros;
  /** Budget for client retries as a share of requests; null = none. */
  readonly clientRetryBudget: number | null;
}

/** A concrete fault span; `until` null = to the end of the run. Parameters were validated by the fault's own schema. */
export interface PlannedFault {
  readonly id: string;
  /** Name in the fault catalogue: `connector crash`. */
  readonly kind: string;
  /**
   * Parts, resolved; at least one: `connector/paris/1`, `service/1`, `site/paris`, `egress/main`, `application/shop`,
   * `token-service`, `directory`.
   */
  readonly targets: readonly string[];
  /**
   * Of a fault of random origin the site, group or egress whose connectors the targets are: `site/paris`. What it is called
   * in reports, and that more connectors there are no help. Left out for all others, so that plans of before keep their
   * digest.
   */
  readonly place?: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** `schedule`, `random` or the name of a common cause. */
  readonly origin: string;
}

/**
 * An alternating renewal process: up for a time of mean `meanUp` (exponential), then down for a time of mean `meanDown`.
 * All `members` start and end together (one member unless it is a common cause).
 */
export interface FaultProcess {
  readonly id: string;
  readonly origin: string;
  readonly meanUp: Micros;
  readonly meanDown: Micros;
  readonly downDistribution: 'exponential' | 'constant';
  readonly members: ReadonlyArray<{
    readonly kind: string;
    /** As in PlannedFault; where one of several is drawn anew each time, all candidates and `choose: 'one'`. */
    readonly targets: readonly string[];
    readonly choose: 'all' | 'one';
    /** As in PlannedFault. */
    readonly place?: string;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
  }>;
}

export interface OutcomeRules {
  /** ok = the application's own answer within this. */
  readonly deadline: Micros;
  /** Time-based availability: a window is up when at least `upShare` of at least `minRequests` are ok; smaller merge. */
  readonly window: Micros;
  readonly minRequests: number;
  readonly upShare: number;
}

/** `limit`: availability in [0,1]; latency and recovery in microseconds. */
export type ObjectivePlan =
  | {
      readonly name: string;
      readonly kind: 'availability';
      readonly basis: 'requests' | 'time';
      readonly limit: number;
    }
  | { readonly name: string; readonly kind: 'latency'; readonly quantile: number; readonly limit: number }
  | { readonly name: string; readonly kind: 'recovery'; readonly limit: number };
