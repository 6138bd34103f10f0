import { createHash } from 'node:crypto';
import type { ConnectorPlan, Plan } from '../../plan/plan.ts';

/** What the parts of one cell have in common and where they differ; the same for all replications of the cell. */
export interface Environment {
  /** Everything of the plan that windows depend on, connectors and faults left out, as a short name. */
  readonly name: string;
  /** Connectors of one class are interchangeable: equal but for their name. */
  classOf(part: string): string;
  /** Members of each class of connectors. */
  readonly classes: ReadonlyMap<string, readonly ConnectorPlan[]>;
}

/** A short name for a text, the same in every study, so that seeds made from it survive a cell more or less. */
const shortName = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * Sites and egresses are names that faults use to reach connectors, so connectors of different sites are interchangeable
 * when their links are equal; so are service instances. Groups are not.
 */
export function environmentOf(plan: Plan): Environment {
  const { topology, applications, identity, directory, behaviour, workloads, throttle, outcome, timeScale } = plan;
  const { connectors, sites, ...shared } = topology;
  const links = new Map(sites.map(({ id, ...site }) => [id, JSON.stringify(site)]));
  const classes = new Map<string, ConnectorPlan[]>();
  const classOfPart = new Map<string, string>();
  for (const connector of connectors) {
    const { id, site, egress: _, ...own } = connector;
    const name = shortName(`connector ${JSON.stringify(own)} ${links.get(site)}`);
    classOfPart.set(id, name);
    classes.set(name, [...(classes.get(name) ?? []), connector]);
  }
  for (const { id } of topology.instances) classOfPart.set(id, 'instance');
  const rest = { shared, applications, identity, directory, behaviour, workloads, throttle, outcome, timeScale };
  return {
    name: shortName(JSON.stringify(rest)),
    classOf: (part) => classOfPart.get(part) ?? part,
    classes,
  };
}

/** Some group has connectors, and all of them are out. */
export function hasEmptyGroup(connectors: readonly ConnectorPlan[], isOut: (id: string) => boolean): boolean {
  const working = new Set(connectors.filter(({ id }) => !isOut(id)).map(({ group }) => group));
  return connectors.some(({ group }) => !working.has(group));
}
