import type { ScenarioInput } from '../../../sim/scenario/define.ts';

/** Every fault of the catalogue as a scenario names it, without its time. */
export const everyFault: ReadonlyArray<{ what: string; target?: string; [parameter: string]: string | number }> = [
  { what: 'connector crash', target: 'connector paris/1' },
  { what: 'connector hang', target: 'connector lyon/1' },
  { what: 'connector slow', target: 'connector paris/1', factor: 50 },
  { what: 'service instance crash', target: 'service 1' },
  { what: 'site loss', target: 'site lyon' },
  { what: 'shared egress down', target: 'egress wan' },
  { what: 'link latency', target: 'site paris', latency: '80ms', jitter: '30ms' },
  { what: 'link bandwidth', target: 'site paris', rate: '200kB/s' },
  { what: 'link partition', target: 'connector paris/2' },
  { what: 'link reset', target: 'connector lyon/1' },
  { what: 'token outage' },
  { what: 'token slow', by: '300ms' },
  { what: 'token errors', rate: '50%' },
  { what: 'backend down', target: 'application shop' },
  { what: 'backend slow', target: 'application shop', by: '200ms' },
  { what: 'directory down' },
];

/** What the tests of determinism run: two applications, three places of chance in every link, and all that can break. */
export const everything: ScenarioInput = {
  name: 'everything',
  run: { duration: '150s', seed: 'determinism' },
  topology: {
    instances: 2,
    userLink: { latency: '10ms', jitter: '4ms' },
    sites: {
      paris: { link: { latency: '12ms', jitter: '3ms' }, egress: 'wan' },
      lyon: { link: { latency: '18ms', jitter: '3ms' }, egress: 'wan' },
    },
    connectorGroups: {
      main: { connectors: { paris: 2, lyon: 1 }, cores: 2 },
      other: { connectors: { paris: 1 }, cores: 4 },
    },
  },
  applications: {
    shop: { group: 'main' },
    files: { group: 'main', singleSignOn: 'kerberos', backend: { responseBytes: 60_000 } },
    wiki: { group: 'other', preAuthentication: 'pass-through' },
  },
  identity: { accessTokenLifetime: '1m-2m' },
  directory: { ticketLife: '20s', negativeCache: '2s' },
  behaviour: 'hardened',
  workload: {
    shoppers: { application: 'shop', requestsPerSecond: 12, users: 100 },
    clerks: { application: 'files', requestsPerSecond: 4, users: 40, method: 'POST', requestBytes: 20_000 },
    readers: { application: 'wiki', requestsPerSecond: 4, retries: { attempts: 2, delay: '500ms', budget: '20%' } },
  },
  faults: {
    schedule: everyFault.map((fault, index) => ({ ...fault, name: fault.what, at: `${5 + 9 * index}s`, for: '7s' })),
  },
};
