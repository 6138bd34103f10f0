import { defineScenario } from 'holdfast';

/** One way to the proxy service, by site; all sites leave through one outbound path. */
const latency = { paris: '12ms', lyon: '18ms', nice: '22ms' };

const sites = Object.fromEntries(
  Object.entries(latency).map(([site, milliseconds]) => [
    site,
    { link: { latency: milliseconds, jitter: '3ms' }, egress: 'wan' },
  ]),
);

/** The same scenario as connector-crash.yaml. */
export default defineScenario({
  name: 'connector-crash',
  description:
    'A month of connectors that crash, sites that are cut off and an outbound path that all sites share. How many connectors at how many sites meet 99.9 %, and what can no number of connectors buy?',
  run: { duration: '30d', replications: { min: 20, max: 100 } },
  topology: {
    instances: 2,
    sites,
    connectorGroups: {
      shop: { connectors: Object.fromEntries(Object.keys(latency).map((site) => [site, 2])), cores: 2, tunnels: 2 },
    },
  },
  applications: { shop: { group: 'shop', backend: { latency: '20ms', responseBytes: 4096 } } },
  workload: { shoppers: { application: 'shop', requestsPerSecond: 10, users: 200 } },
  faults: {
    random: [
      { what: 'connector crash', target: 'every connector', mtbf: '7d', mttr: '20m' },
      { what: 'site loss', target: 'every site', mtbf: '60d', mttr: '2h' },
      { what: 'shared egress down', target: 'egress wan', mtbf: '45d', mttr: '20m' },
    ],
  },
  objectives: { availability: { atLeast: '99.9%' } },
  sweep: { 'connectors per site': [1, 2, 3, 4], sites: [1, 2, 3], behaviour: ['documented', 'hardened'] },
  live: {
    duration: '38s',
    requestsPerSecond: 30,
    replications: 1,
    sweep: { 'connectors per site': [2], sites: [2], behaviour: ['hardened'] },
    faults: {
      schedule: [
        { what: 'connector crash', target: 'connector paris/1', at: '8s', for: '6s' },
        { what: 'site loss', target: 'site lyon', at: '22s', for: '10s' },
      ],
    },
  },
});
