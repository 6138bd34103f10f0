import type { Plan } from './plan.ts';
import type { Prices } from './scenario.ts';

/** What a configuration costs: the scenario's prices, or without them its number of connectors. */
export function configurationCost(plan: Plan, prices: Prices | null): number {
  const { connectors, sites, instances } = plan.topology;
  if (prices === null) return connectors.length;
  return connectors.length * prices.connector + sites.length * prices.site + instances.length * prices.instance;
}

/** Orders configurations, cheapest first: by cost, ties by sites, then by connectors. */
export function compareCost(a: Plan, b: Plan, prices: Prices | null): number {
  return (
    configurationCost(a, prices) - configurationCost(b, prices) ||
    a.topology.sites.length - b.topology.sites.length ||
    a.topology.connectors.length - b.topology.connectors.length
  );
}
