import { days, hours, micros, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { documented } from '../../../proxy/policy/behaviour.ts';
import type { Plan } from '../../../sim/plan/plan.ts';

const link = (milliseconds: number) => ({ latency: ms(milliseconds), jitter: micros(0), bytesPerSecond: null });

const connector = (site: string, n: number) => ({
  id: `connector/${site}/${n}`,
  site,
  group: 'main',
  cores: 2,
  demand: micros(3413),
  demandDistribution: 'exponential' as const,
  maxConcurrent: 200,
  maxQueue: 1000,
  egress: site,
  tunnels: 4,
  restartDelay: seconds(5),
  reconnect: { base: seconds(1), cap: seconds(30) },
});

/** Two sites with two connectors each, two service instances, one application. A valid plan to vary in tests. */
export const smallPlan: Plan = {
  planVersion: 1,
  name: 'small',
  description: '',
  scenarioDigest: '0'.repeat(64),
  seed: 'test',
  replication: 0,
  axes: {},
  timeScale: 1,
  horizon: minutes(5),
  topology: {
    instances: [{ id: 'service/1' }, { id: 'service/2' }],
    sites: [
      { id: 'paris', serviceLink: link(10), backendLink: link(1) },
      { id: 'lyon', serviceLink: link(15), backendLink: link(1) },
    ],
    groups: [{ id: 'main' }],
    connectors: [connector('paris', 1), connector('paris', 2), connector('lyon', 1), connector('lyon', 2)],
    userLink: link(10),
    tokenLink: link(5),
    frontDoor: { probeInterval: seconds(5), unhealthyAfter: seconds(10) },
  },
  applications: [
    {
      id: 'shop',
      group: 'main',
      externalHost: 'shop.example.com',
      preAuthentication: 'token-service',
      singleSignOn: 'none',
      backendTimeout: seconds(85),
      backend: { latency: ms(20), latencyDistribution: 'exponential', responseBytes: 1024 },
    },
  ],
  identity: {
    sessionLife: { from: minutes(60), to: minutes(90) },
    exchangeTime: ms(20),
    exchangeTimeout: seconds(10),
    startInEquilibrium: true,
    signInAgain: true,
    keysCachedFor: hours(24),
    keysStaleFor: days(2),
  },
  directory: null,
  behaviour: documented,
  workloads: [
    {
      id: 'shoppers',
      application: 'shop',
      users: 200,
      requestsPerSecond: 20,
      arrivals: 'poisson',
      method: 'GET',
      requestBytes: 0,
      clientRetries: 0,
      clientRetryDelay: seconds(1),
      clientRetryBudget: null,
    },
  ],
  faults: [],
  faultProcesses: [],
  throttle: null,
  outcome: { deadline: seconds(30), window: seconds(10), minRequests: 20, upShare: 0.99 },
  objectives: [{ name: 'availability', kind: 'availability', basis: 'requests', limit: 0.999 }],
};
