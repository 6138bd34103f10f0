import type { Plan } from '../plan/plan.ts';
import type { Hop } from './world.ts';

/** Connectors behind a target: itself, those of a site, or those that leave through an egress. */
export function connectorsOf(plan: Plan, target: string): readonly string[] {
  const [kind = '', ...rest] = target.split('/');
  const name = rest.join('/');
  const matches = {
    connector: (connector: { id: string }) => connector.id === target,
    site: (connector: { site: string }) => connector.site === name,
    egress: (connector: { egress: string }) => connector.egress === name,
  }[kind];
  return matches === undefined ? [] : plan.topology.connectors.filter(matches).map((connector) => connector.id);
}

/** The hop that a link fault of this target works on; `hop` decides for connectors, which have two. */
export function hopOf(target: string, hop: 'service-connector' | 'connector-backend'): Hop {
  if (target === 'token-service') return 'service-token';
  return target.startsWith('service/') ? 'user-service' : hop;
}

/** `shop` of `application/shop`. */
export function nameOf(target: string): string {
  return target.slice(target.indexOf('/') + 1);
}
