import { defineScenario } from 'holdfast';

const rated = 20;
const connectors = 2;

/** The same scenario as n-plus-one.yaml, computed: each connector at 60 % of what it can carry. */
export default defineScenario({
  name: 'n-plus-one',
  description:
    'Two connectors at 60 % of their capacity each; one is lost and the other must carry 120 %. Its queue grows until every answer comes too late. Clients try again up to three times: without a budget for it their retries keep the overload alive long after the connector is back. A third connector is what N+1 asks for.',
  run: { duration: '20m', replications: { min: 10, max: 30 } },
  topology: {
    sites: { paris: { link: { latency: '12ms', jitter: '3ms' } } },
    connectorGroups: { shop: { connectors: { paris: connectors }, cores: 2, requestsPerSecond: rated } },
  },
  applications: { shop: { group: 'shop', backendTimeout: '1s', backend: { latency: '20ms', responseBytes: 4096 } } },
  workload: {
    shoppers: {
      application: 'shop',
      requestsPerSecond: (connectors * rated * 60) / 100,
      users: 240,
      retries: { attempts: 3, delay: '1s' },
    },
  },
  faults: { schedule: [{ what: 'connector crash', target: 'connector paris/1', at: '5m', for: '5m' }] },
  objectives: { availability: { atLeast: '99%' }, latency: { p99: '2s' } },
  sweep: { 'connectors per site': [connectors, connectors + 1], 'client retry budget': ['none', '10%'] },
  live: {
    duration: '45s',
    replications: 1,
    sweep: { 'connectors per site': [2], 'client retry budget': ['10%'] },
    faults: { schedule: [{ what: 'connector crash', target: 'connector paris/1', at: '10s', for: '20s' }] },
  },
});
