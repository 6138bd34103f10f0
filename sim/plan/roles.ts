import type { ConnectorConfig } from '../../proxy/connector/config.ts';
import { hours, type Micros, micros } from '../../proxy/host/units.ts';
import { redirectUri } from '../../proxy/policy/own-paths.ts';
import type { PublishedApplication, ServiceConfig } from '../../proxy/service/config.ts';
import { openingPatience } from '../../proxy/service/opening.ts';
import { externalPathOf } from './external-path.ts';
import type { ConnectorPlan, Plan } from './plan.ts';

/** Credit per stream of both tunnel ends, bytes. */
const window = 256 * 1024;

/** What the token service of a plan lets users be sent back to, in both worlds. */
export function redirectUrisOf(plan: Plan): readonly string[] {
  return plan.applications.map((one) => redirectUri(one.externalHost, externalPathOf(one)));
}

/**
 * The configuration of a service instance as a plan implies it. Both engines start instances from this, so that the two
 * worlds cannot drift apart in a setting.
 * @param tunnelAddress where the instance listens for connectors
 * @param internalUrlOf backend base URL of an application, ends with `/`
 */
export function serviceConfigOf(
  plan: Plan,
  instanceId: string,
  tunnelAddress: string,
  internalUrlOf: (application: string) => string,
): ServiceConfig {
  return {
    instanceId,
    tunnelAddress,
    applications: plan.applications.map(
      (application): PublishedApplication => ({
        id: application.id,
        externalHost: application.externalHost,
        externalPath: externalPathOf(application),
        internalUrl: internalUrlOf(application.id),
        group: application.group,
        preAuthentication: application.preAuthentication,
        singleSignOn: application.singleSignOn,
        backendTimeout: application.backendTimeout,
      }),
    ),
    connectors: plan.topology.connectors.map(({ id, group }) => ({ id, group })),
    behaviour: plan.behaviour,
    throttle: instanceThrottle(plan),
    openingPatience: openingPatience(longestRedial(plan)),
    window,
    identity: {
      client: {
        exchangeTimeout: plan.identity.exchangeTimeout,
        keysCachedFor: plan.identity.keysCachedFor,
        metadataCachedFor: hours(24),
        staleFor: plan.identity.keysStaleFor,
      },
      sameSite: 'None',
    },
    accessLog: false,
  };
}

/** The longest that any connector of the plan lets pass before it dials a lost instance again. */
function longestRedial({ topology }: Plan): Micros {
  return micros(Math.max(0, ...topology.connectors.map(({ reconnect }) => reconnect.cap)));
}

/**
 * One instance's equal share of the plan's throttle, whole requests a second, at least 1. The documented limits hold for an
 * application and a tenant however many instances there are, and how the service counts over its instances is not
 * documented: equal fixed shares are assumed. So one more instance adds no throughput, and one that is down takes its share
 * with it. Undefined: no throttle.
 */
export function instanceThrottle({ throttle, topology }: Plan): ServiceConfig['throttle'] {
  if (throttle === null) return undefined;
  const instances = topology.instances.length;
  const share = (limit: number): number => Math.max(1, Math.floor(limit / instances));
  return { perApplication: share(throttle.perApplication), tenant: share(throttle.tenant) };
}

/**
 * The configuration of a connector as a plan implies it.
 * @param instances tunnel addresses of the instances, in plan order
 */
export function connectorConfigOf(
  plan: Plan,
  connector: ConnectorPlan,
  instances: readonly string[],
  internalUrlOf: (application: string) => string,
): ConnectorConfig {
  const { detection } = plan.behaviour;
  return {
    connectorId: connector.id,
    instances,
    tunnels: connector.tunnels,
    maxConcurrent: connector.maxConcurrent,
    capacity: {
      cores: connector.cores,
      demand: connector.demand,
      distribution: connector.demandDistribution,
      maxQueue: connector.maxQueue,
    },
    allowedInternalUrls: plan.applications
      .filter((application) => application.group === connector.group)
      .map((application) => internalUrlOf(application.id)),
    window,
    pingInterval: detection.pingInterval,
    // a connector gives a silent tunnel up as late as the service does; without detection at the service, after 30 s or
    // three pings
    deadAfter: detection.deadAfter ?? micros(Math.max(30e6, 3 * detection.pingInterval)),
    reconnect: connector.reconnect,
  };
}
