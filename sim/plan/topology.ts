import { micros } from '../../proxy/host/units.ts';
import type { ConnectorPlan, TopologyPlan } from './plan.ts';
import type { Scenario, ScenarioGroup } from './scenario.ts';

/**
 * Every connector of a cell by name. Of several groups at one site the first numbers 1, 1+g, 1+2g, …, the second 2, 2+g,
 * …: a connector more in one group renames none of another, so nothing else about the run changes.
 */
function connectorsOf(scenario: Scenario): readonly ConnectorPlan[] {
  const { sites, groups } = scenario.topology;
  return sites.flatMap((site) => {
    const here = groups.filter((group) => group.connectors.some((entry) => entry.site === site.id));
    return here.flatMap((group, index) => {
      const count = group.connectors.find((entry) => entry.site === site.id)?.count ?? 0;
      return Array.from({ length: count }, (_, k) => ({
        id: `connector/${site.id}/${1 + index + here.length * k}`,
        site: site.id,
        egress: site.egress,
        ...machineOf(group),
      }));
    });
  });
}

function machineOf({ id, machine }: ScenarioGroup) {
  const { requestsPerSecond, ...rest } = machine;
  // Documented throughput is cores / demand: two cores at 586/s spend 3.41 ms of one core on a request.
  return { group: id, ...rest, demand: micros(Math.max(1, (machine.cores / requestsPerSecond) * 1_000_000)) };
}

/** The parts of a cell, in the order written; connectors by site, then group. */
export function topologyOf(scenario: Scenario): TopologyPlan {
  const { instances, sites, groups, userLink, tokenLink, frontDoor } = scenario.topology;
  return {
    instances: Array.from({ length: instances }, (_, index) => ({ id: `service/${index + 1}` })),
    sites: sites.map(({ id, serviceLink, backendLink }) => ({ id, serviceLink, backendLink })),
    groups: groups.map(({ id }) => ({ id })),
    connectors: connectorsOf(scenario),
    userLink,
    tokenLink,
    frontDoor,
  };
}
