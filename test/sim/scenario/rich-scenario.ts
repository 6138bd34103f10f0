import type { ScenarioInput } from '../../../sim/scenario/schema.ts';

/** Everything a scenario can say, with no value at its default. */
export const richInput: ScenarioInput = {
  name: 'rich',
  description: 'Everything that can be said.',
  run: {
    duration: '6h30m',
    replications: { min: 3, max: 9 },
    precision: '5%',
    confidence: '99%',
    seed: 42,
    timeScale: 2,
    scaleTimeouts: ['backend timeout', 'deadline'],
  },
  topology: {
    instances: 3,
    frontDoor: { probeInterval: '2s', unhealthyAfter: '6s' },
    userLink: { latency: '30ms', jitter: '1ms500us', bandwidth: '10Mbit/s' },
    tokenLink: { latency: '8ms', jitter: '0s' },
    sites: {
      paris: { link: { latency: '12ms', bandwidth: '250kB/s' }, backendLink: { latency: '1ms' }, egress: 'wan' },
      lyon: { egress: 'wan' },
    },
    connectorGroups: {
      shop: {
        connectors: { paris: 2, lyon: 1 },
        cores: 6,
        requestsPerSecond: 333.5,
        demand: 'constant',
        maxConcurrent: 50,
        maxQueue: 7,
        tunnels: 2,
        restartDelay: '9s',
        reconnect: { base: '200ms', cap: '10s' },
      },
      mail: { connectors: { paris: 1 }, cores: 16 },
    },
  },
  throttle: { perApplication: 100, tenant: 150 },
  applications: {
    shop: { group: 'shop', externalHost: 'shop.test', singleSignOn: 'kerberos', backendTimeout: '180s' },
    mail: { group: 'mail', preAuthentication: 'pass-through', backend: { latency: '5ms', distribution: 'constant' } },
  },
  identity: {
    accessTokenLifetime: '2h',
    exchangeTime: '40ms',
    exchangeTimeout: '3s',
    startInEquilibrium: false,
    signInAgain: false,
    keys: { cachedFor: '12h', serveStaleFor: '0s' },
  },
  directory: { controllers: 1, ticketLife: '5h', issueTime: '3ms', negativeCache: '30s' },
  behaviour: { name: 'careful', base: 'hardened', detection: { deadAfter: 'never' }, retry: { budget: '12.5%' } },
  behaviours: {
    plain: { queue: { perApplication: 5 }, ejection: { consecutiveFailures: 2, maxShare: '33%' } },
    blunt: { base: 'hardened', ejection: 'off', retry: { budget: 'none', attempts: 1 }, slowStart: '3s' },
  },
  workload: {
    shoppers: {
      application: 'shop',
      requestsPerSecond: 12.5,
      users: 7,
      arrivals: 'uniform',
      method: 'POST',
      requestBytes: 100,
      retries: { attempts: 2, delay: '5s', budget: '20%' },
    },
    readers: { application: 'mail', requestsPerSecond: 1 },
  },
  faults: {
    schedule: [
      { what: 'connector slow', target: 'connector paris/1', factor: 8, at: '10m', for: '5m' },
      { what: 'token errors', rate: '4.15%', status: 429, retryAfter: '7s', at: '0s' },
      { what: 'link bandwidth', target: 'site lyon', rate: '64kbit/s', hop: 'connector-backend', at: '1h', for: '1m' },
    ],
    random: [
      { what: 'connector hang', name: 'grey', target: 'one connector', mtbf: '2h', mttr: '90s', repair: 'constant' },
      { what: 'backend slow', target: 'application mail', by: '750ms', mtbf: '3h', mttr: '1m' },
    ],
    together: [
      {
        name: 'power',
        faults: [{ what: 'site loss', target: 'one site' }, { what: 'directory down' }],
        mtbf: '5h',
        mttr: '4m',
      },
      {
        name: 'move',
        faults: [{ what: 'shared egress down', target: 'egress wan', manner: 'reset' }],
        at: '2h',
        for: '30s',
      },
    ],
  },
  objectives: {
    deadline: '12s',
    window: { length: '30s', minRequests: 5, upShare: '95%' },
    availability: { atLeast: '99.95%', basis: 'time' },
    latency: { p50: '80ms', p999: '4s' },
    recovery: { within: '2m' },
  },
  sweep: { behaviour: ['careful', 'plain'], 'access token lifetime': ['2h', '30m-45m'], 'client retries': [0, 2] },
  prices: { connector: 10, site: 100, instance: 1.5 },
  live: {
    duration: '1m',
    timeScale: 1,
    requestsPerSecond: 6,
    replications: 2,
    sweep: { behaviour: ['plain'] },
    faults: { schedule: [{ what: 'link reset', target: 'service 1', at: '5s', for: '5s' }] },
  },
};
