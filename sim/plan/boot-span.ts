import { type Micros, micros, ms, seconds } from '../../proxy/host/units.ts';
import type { Plan } from './plan.ts';

/** The slowest one-way trip of the topology. */
function worstLatency(plan: Plan): number {
  const { userLink, tokenLink, sites } = plan.topology;
  const links = [userLink, tokenLink, ...sites.flatMap(({ serviceLink, backendLink }) => [serviceLink, backendLink])];
  return Math.max(...links.map(({ latency, jitter }) => latency + jitter));
}

/** Tunnels that a connector of this plan keeps: at least one to each instance. */
export function tunnelsOf({ topology }: Plan, connector: { readonly tunnels: number }): number {
  return Math.max(topology.instances.length, connector.tunnels);
}

/** From process start until all tunnels are open: connectors dial one tunnel every quarter second, plus handshakes. */
export function tunnelSpan(plan: Plan): Micros {
  const tunnels = Math.max(plan.topology.instances.length, ...plan.topology.connectors.map(({ tunnels: own }) => own));
  return micros(ms(350 * tunnels) + 8 * worstLatency(plan) + ms(500));
}

/** In which a sign-in through each instance, with nothing in its caches, is over. */
export function signInSpan(plan: Plan): Micros {
  return micros(20 * worstLatency(plan) + 6 * plan.identity.exchangeTime);
}

/** Time before plan instant 0, in which processes start, tunnels open and caches fill. */
export function bootSpan(plan: Plan): Micros {
  return micros(tunnelSpan(plan) + signInSpan(plan) + seconds(1));
}

/**
 * The application through which somebody has signed in at each instance before plan instant 0, so that metadata and keys
 * are in its caches: a service that has been running for long has them. Undefined: nobody has.
 */
export function signedInBefore({ applications, identity }: Plan): Plan['applications'][number] | undefined {
  if (!identity.startInEquilibrium) return undefined;
  return applications.find(({ preAuthentication }) => preAuthentication === 'token-service');
}
