import { hours, instant, micros, ms, seconds } from '../../../proxy/host/units.ts';
import { documented } from '../../../proxy/policy/behaviour.ts';
import { connectorsOf } from '../../../sim/faults/affected.ts';
import type { Plan, PlannedFault } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';

export const faultFrom = 20;
export const faultTo = 40;

/** One minute at 100 requests a second; sessions so short that users sign in all the time. */
export const busyPlan: Plan = {
  ...smallPlan,
  horizon: seconds(60),
  // Detection by silence within the fault, so that every cause has time to show.
  behaviour: { ...documented, detection: { ...documented.detection, pingInterval: seconds(2), deadAfter: seconds(6) } },
  identity: { ...smallPlan.identity, sessionLife: { from: seconds(20), to: seconds(30) }, exchangeTimeout: seconds(2) },
  directory: { controllers: 2, ticketLife: hours(10), issueTime: ms(5), negativeCache: seconds(5) },
  applications: smallPlan.applications.map((application) => ({ ...application, backendTimeout: seconds(8) })),
  workloads: smallPlan.workloads.map((workload) => ({ ...workload, requestsPerSecond: 100 })),
  outcome: { ...smallPlan.outcome, deadline: seconds(15) },
};

export const kerberosPlan: Plan = {
  ...busyPlan,
  directory: { controllers: 2, ticketLife: seconds(5), issueTime: ms(5), negativeCache: seconds(5) },
  applications: busyPlan.applications.map((application) => ({ ...application, singleSignOn: 'kerberos' as const })),
};

export function planned(
  kind: string,
  targets: readonly string[],
  parameters: PlannedFault['parameters'] = {},
): PlannedFault {
  return {
    id: kind,
    kind,
    targets,
    at: instant(faultFrom * 1e6),
    until: instant(faultTo * 1e6),
    parameters,
    origin: 'schedule',
  };
}

/** A fault of the catalogue, and the causes of loss it must and may bring. */
export interface FaultCase {
  readonly fault: PlannedFault;
  readonly plan: Plan;
  readonly causes: readonly string[];
}

const connectors = busyPlan.topology.connectors.map(({ id }) => id);
const one = (fault: PlannedFault, causes: readonly string[], plan = busyPlan): FaultCase => ({ fault, plan, causes });

export const faultCases: readonly FaultCase[] = [
  one(planned('connector crash', connectors), ['connector-lost', 'user-timeout']),
  one(planned('connector hang', ['connector/paris/1']), ['connector-lost']),
  one(planned('connector slow', connectors, { factor: 40 }), ['overload', 'backend-timeout']),
  one(planned('service instance crash', ['service/1']), ['service-unreachable']),
  one(planned('site loss', ['site/paris']), ['connector-lost']),
  one(planned('shared egress down', ['egress/paris'], { manner: 'partition' }), ['connector-lost']),
  one(planned('link latency', connectors, { hop: 'service-connector', latency: ms(500), jitter: ms(0) }), []),
  one(planned('link bandwidth', connectors, { hop: 'service-connector', rate: 2_000 }), ['backend-timeout']),
  one(planned('link partition', connectors, { hop: 'connector-backend' }), ['backend-timeout']),
  one(planned('link reset', connectors, { hop: 'service-connector' }), ['connector-lost']),
  one(planned('token outage', ['token-service']), ['token-service-unavailable']),
  one(planned('token slow', ['token-service'], { by: seconds(20) }), ['token-service-unavailable']),
  one(planned('token errors', ['token-service'], { rate: 1, status: 503, retryAfter: micros(0) }), [
    'token-service-unavailable',
  ]),
  one(planned('backend down', ['application/shop']), ['backend-unreachable']),
  one(planned('backend slow', ['application/shop'], { by: seconds(20) }), ['backend-timeout']),
  one(planned('directory down', ['directory']), ['directory-unavailable'], kerberosPlan),
];

/**
 * The plan with the fault and nothing for it to touch: its connectors or its instance are dead before it begins and until
 * the end; a service meets it without a user who would send anything.
 */
export function untouchable(fault: PlannedFault, plan: Plan): Plan {
  const dead =
    fault.kind === 'service instance crash'
      ? fault.targets
      : plan.topology.connectors
          .map(({ id }) => id)
          .filter((id) => fault.targets.some((target) => connectorsOf(plan, target).includes(id)));
  const kind = fault.kind === 'service instance crash' ? fault.kind : 'connector crash';
  const before = { ...planned(kind, dead), id: 'before', at: instant(1e6), until: null };
  const workloads = plan.workloads.map((workload) => ({ ...workload, requestsPerSecond: 1e-9 }));
  return { ...plan, workloads, faults: dead.length > 0 ? [before, fault] : [fault] };
}
