import { compilePlan } from '../../sim/plan/compile.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import { readScenario } from '../../sim/scenario/read.ts';
import {
  callsOutliveBackends,
  centredJitter,
  endlessSilence,
  faultMutations,
  firstHolds,
  hastyUsers,
  patientDials,
  returnsInTurn,
  sharedLine,
  signedInAtStart,
  unlimitedLinks,
  type Wrong,
  withoutRestartDelay,
} from './mutations.ts';
import * as rows from './row.ts';

/** One scenario that both worlds run, and what is compared of it. Small enough for a machine of two cores. */
export interface Case {
  readonly name: string;
  readonly plan: Plan;
  readonly comparisons: readonly rows.Comparison[];
  /** What wrong simulators would play; rows of latency on plain load have none, their counter-check is the calibrated load. */
  readonly wrong: readonly Wrong[];
}

const detection = { onClose: true, pingInterval: '500ms', deadAfter: '3s' };
const quick = { name: 'quick', base: 'documented', connectorWait: '4s', detection };

interface Spec {
  readonly name: string;
  readonly duration?: string;
  readonly connectors?: number;
  readonly instances?: number;
  readonly machine?: Record<string, unknown>;
  readonly frontDoor?: Record<string, unknown>;
  /** Of the site's connectors to the service. */
  readonly link?: Record<string, unknown>;
  readonly rate?: number;
  readonly users?: number;
  readonly backend?: string;
  readonly distribution?: 'constant';
  readonly responseBytes?: number;
  readonly identity?: Record<string, unknown>;
  readonly behaviour?: unknown;
  readonly faults?: ReadonlyArray<Record<string, unknown>>;
  /** Wrong simulators of its own, beside those that leave faults out or notice them late. */
  readonly wrong?: ReadonlyArray<(plan: Plan) => Wrong>;
  readonly comparisons: readonly rows.Comparison[];
}

const faultRows = [rows.lostInFaults, rows.sameCauses, rows.recovery];
/** What costs time and no requests. Six seconds on, and the middle of them is a fault's own. */
const slowRows = { duration: '14s', comparisons: [rows.p50WhileOn] } as const;
/** So many users, and sessions so short, that some sign in all the time. */
const signIns = { duration: '20s', connectors: 1, users: 150, rate: 30, identity: { accessTokenLifetime: '25s-35s' } };
const latencyRows = [rows.latency('p50', 0.15), rows.latency('p99', 0.3)];

const specs: readonly Spec[] = [
  {
    name: 'connector crash',
    connectors: 2,
    // enough in flight that the crash is seen at all
    rate: 30,
    backend: '400ms',
    faults: [{ at: '5s', for: '6s', what: 'connector crash', target: 'connector paris/1' }],
    // all losses fall in one instant: there is no recovery to compare
    comparisons: [rows.lostInFaults, rows.sameCauses],
  },
  {
    name: 'only connector crashes',
    connectors: 1,
    // back, a slow start included, well before a late notice: what waits for it is served only where the crash was noticed
    faults: [{ at: '5s', for: '5s', what: 'connector crash', target: 'connector paris/1' }],
    comparisons: faultRows,
  },
  {
    name: 'crash and restart delay',
    connectors: 1,
    machine: { restartDelay: '3500ms' },
    wrong: [withoutRestartDelay],
    // over long before the connector is back: most of what is lost is lost while nobody but the delay keeps it away
    faults: [{ at: '4s', for: '2s', what: 'connector crash', target: 'connector paris/1' }],
    comparisons: faultRows,
  },
  {
    name: 'connector hang',
    connectors: 2,
    faults: [{ at: '5s', for: '8s', what: 'connector hang', target: 'connector paris/1' }],
    comparisons: faultRows,
  },
  {
    name: 'site loss',
    connectors: 2,
    faults: [{ at: '5s', for: '8s', what: 'site loss', target: 'site paris' }],
    comparisons: faultRows,
  },
  {
    name: 'service instance crash',
    connectors: 2,
    instances: 2,
    faults: [{ at: '5s', for: '8s', what: 'service instance crash', target: 'service 1' }],
    comparisons: faultRows,
  },
  {
    name: 'instances crash together',
    connectors: 2,
    instances: 3,
    wrong: [returnsInTurn],
    faults: [
      { at: '4s', for: '4s', what: 'service instance crash', target: 'service 1' },
      { at: '4s', for: '4s', what: 'service instance crash', target: 'service 2' },
      // begins with their return, and loses all but nothing else: short, so that a late begin shows
      { at: '8s', for: '3s', what: 'backend down', target: 'application shop' },
    ],
    comparisons: [rows.lostInFaults, rows.sameCauses],
  },
  {
    name: 'instance partitioned',
    connectors: 2,
    instances: 2,
    // so long that whoever waits for its end gives up before, also where the front door notices late
    duration: '25s',
    faults: [{ at: '5s', for: '17s', what: 'link partition', target: 'service 1' }],
    comparisons: faultRows,
  },
  {
    name: 'instance partitioned, not noticed',
    duration: '14s',
    connectors: 2,
    // few: at its end all that waited make their connections at once
    rate: 10,
    frontDoor: { unhealthyAfter: '10s' },
    wrong: [hastyUsers],
    faults: [{ at: '4s', for: '5s', what: 'link partition', target: 'service 1' }],
    // users wait for their connection to the end of the silence, as they do on one they have
    comparisons: [rows.longestWhileOn],
  },
  {
    name: 'instance reset',
    connectors: 2,
    instances: 2,
    faults: [{ at: '5s', for: '8s', what: 'link reset', target: 'service 1' }],
    comparisons: faultRows,
  },
  {
    name: 'backend down',
    connectors: 2,
    faults: [{ at: '5s', for: '5s', what: 'backend down', target: 'application shop' }],
    comparisons: faultRows,
  },
  {
    name: 'token outage',
    duration: '35s',
    connectors: 1,
    // so many that sessions end evenly
    users: 150,
    rate: 30,
    identity: { accessTokenLifetime: '25s-35s' },
    // short against the sessions: a longer outage that came 5 s late loses within a fifth as many
    faults: [{ at: '5s', for: '12s', what: 'token outage' }],
    comparisons: [rows.lostInFaults, rows.sameCauses, rows.servedShare(5)],
  },
  {
    name: 'token outage, nobody signed in',
    connectors: 1,
    identity: { startInEquilibrium: false },
    wrong: [signedInAtStart],
    // to the end: who is not signed in at its begin is not served, and the warm-up of a live run signs nobody in. How soon
    // instances pause their calls is chance, so there is no row of causes
    faults: [{ at: '0s', what: 'token outage' }],
    comparisons: [rows.lostInFaults, rows.servedShare(5)],
  },
  {
    name: 'shared egress down',
    connectors: 2,
    // both connectors leave through it; the fault ends well after detection
    faults: [{ at: '5s', for: '8s', what: 'shared egress down', target: 'egress paris' }],
    comparisons: faultRows,
  },
  {
    name: 'link reset',
    connectors: 1,
    faults: [{ at: '5s', for: '6s', what: 'link reset', target: 'connector paris/1' }],
    comparisons: faultRows,
  },
  {
    name: 'partition shorter than detection',
    ...slowRows,
    connectors: 2,
    behaviour: { ...quick, detection: { ...detection, deadAfter: '9s' } },
    faults: [{ at: '4s', for: '4s', what: 'link partition', target: 'every connector' }],
    // a request waits for the end of the silence; were its bytes lost, it would wait for its deadline
    comparisons: [rows.p50WhileOn, rows.lateWhileOn],
  },
  {
    name: 'connector slow',
    ...slowRows,
    // many: the middle of a few exponential draws is chance. Below what the slow cores can do: the work shows, not a queue
    rate: 30,
    faults: [{ at: '4s', for: '6s', what: 'connector slow', target: 'connector paris/1', factor: 10 }],
  },
  {
    name: 'link latency',
    ...slowRows,
    faults: [{ at: '4s', for: '6s', what: 'link latency', target: 'connector paris/1', latency: '200ms' }],
  },
  {
    name: 'link bandwidth',
    ...slowRows,
    // large answers at a quarter of what the link carries: bytes show, not a queue nor what headers weigh
    rate: 5,
    responseBytes: 8192,
    faults: [{ at: '4s', for: '6s', what: 'link bandwidth', target: 'connector paris/1', rate: '320kbit/s' }],
  },
  {
    name: 'backend slow',
    ...slowRows,
    faults: [{ at: '4s', for: '6s', what: 'backend slow', target: 'application shop', by: '2s' }],
  },
  {
    name: 'token slow',
    ...signIns,
    faults: [{ at: '5s', for: '6s', what: 'token slow', by: '2s' }],
    comparisons: [rows.lateWhileOn],
  },
  {
    name: 'token errors',
    ...signIns,
    faults: [{ at: '5s', for: '6s', what: 'token errors', rate: '100%' }],
    comparisons: [rows.lateWhileOn],
  },
  {
    name: 'connector hang, hardened',
    connectors: 2,
    behaviour: 'hardened',
    faults: [{ at: '5s', for: '9s', what: 'connector hang', target: 'connector paris/1' }],
    // what it caught is sent again once the tunnel counts as dead: nothing is lost, the slowest waits that long
    comparisons: [rows.longestWhileOn],
  },
  {
    name: 'link with jitter',
    connectors: 2,
    link: { latency: '150ms', jitter: '150ms' },
    wrong: [centredJitter],
    comparisons: [rows.latency('p50', 0.15)],
  },
  {
    name: 'narrow link',
    connectors: 1,
    // one tunnel of each instance carries nearly all: two thirds of what its connection lets through, and a third more than
    // one line of that width for both
    instances: 2,
    duration: '30s',
    rate: 6,
    responseBytes: 8192,
    link: { bandwidth: '320kbit/s' },
    wrong: [sharedLine, unlimitedLinks],
    comparisons: [rows.latency('p50', 0.15)],
  },
  {
    name: 'backend slow twice',
    duration: '14s',
    faults: [
      { at: '4s', for: '3s', what: 'backend slow', target: 'application shop', by: '300ms' },
      { at: '5s', for: '5s', what: 'backend slow', target: 'application shop', by: '2s' },
    ],
    wrong: [firstHolds],
    // late are those that met the slower one, which begins within the other and outlasts it
    comparisons: [rows.lateWhileOn],
  },
  {
    name: 'backend down in the midst of calls',
    connectors: 2,
    backend: '4s',
    distribution: 'constant',
    // half as long as a call takes: all under way are lost, not only those it would have answered then
    faults: [{ at: '8s', for: '2s', what: 'backend down', target: 'application shop' }],
    wrong: [callsOutliveBackends],
    // second by second, since most of what is lost was sent before it
    comparisons: [rows.servedShare(5)],
  },
  {
    name: 'redial over a slow link',
    // over soon after it: of what a late notice loses instead, less falls into the run
    duration: '18s',
    connectors: 1,
    faults: [
      // a handshake takes longer than a dial waits: no tunnel before this is over
      { at: '5s', for: '12s', what: 'link latency', target: 'connector paris/1', latency: '1600ms' },
      { at: '5s', for: '1s', what: 'connector crash', target: 'connector paris/1' },
    ],
    wrong: [patientDials],
    comparisons: [rows.lostInFaults, rows.sameCauses],
  },
  {
    name: 'token link partitioned',
    ...signIns,
    faults: [{ at: '5s', for: '2500ms', what: 'link partition', target: 'token-service' }],
    wrong: [endlessSilence],
    // a sign-in waits for the end of the silence; were its bytes lost, it would wait for its deadline
    comparisons: [rows.longestWhileOn],
  },
  {
    name: 'token link narrow',
    ...signIns,
    faults: [{ at: '5s', for: '6s', what: 'link bandwidth', target: 'token-service', rate: '16kbit/s' }],
    comparisons: [rows.lateWhileOn],
  },
  { name: 'baseline, twice the calibrated load', connectors: 2, rate: 40, comparisons: latencyRows },
  {
    name: '80 % of capacity',
    connectors: 2,
    rate: 40,
    machine: { cores: 1, requestsPerSecond: 25, demand: 'exponential' },
    // long: near saturation the middle of a short run is chance
    duration: '60s',
    comparisons: latencyRows,
  },
];

export const calibrationSpec: Spec = { name: 'baseline', connectors: 2, rate: 20, comparisons: [] };

export function planOf(spec: Spec): Plan {
  const read = readScenario({
    name: spec.name,
    run: { duration: spec.duration ?? '18s', seed: `conformance ${spec.name}` },
    topology: {
      instances: spec.instances ?? 1,
      frontDoor: { probeInterval: '500ms', unhealthyAfter: '2s', ...spec.frontDoor },
      userLink: { latency: '4ms' },
      tokenLink: { latency: '2ms' },
      sites: { paris: { link: { latency: '6ms', ...spec.link }, backendLink: { latency: '1ms' } } },
      connectorGroups: {
        shop: {
          connectors: { paris: spec.connectors ?? 1 },
          cores: 2,
          restartDelay: '0s',
          reconnect: { base: '200ms', cap: '1s' },
          ...spec.machine,
        },
      },
    },
    applications: {
      shop: {
        group: 'shop',
        backend: {
          latency: spec.backend ?? '20ms',
          responseBytes: spec.responseBytes ?? 1024,
          ...(spec.distribution === undefined ? {} : { distribution: spec.distribution }),
        },
      },
    },
    identity: spec.identity ?? {},
    behaviour: spec.behaviour ?? quick,
    workload: { shoppers: { application: 'shop', requestsPerSecond: spec.rate ?? 20, users: spec.users ?? 60 } },
    objectives: { deadline: '8s' },
    ...(spec.faults === undefined ? {} : { faults: { schedule: spec.faults } }),
  });
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  return compilePlan(read.scenario);
}

export function cases(filter: readonly string[]): Case[] {
  return specs
    .filter(({ name }) => filter.length === 0 || filter.some((part) => name.includes(part)))
    .map((spec) => {
      const plan = planOf(spec);
      const mutations = [...(spec.faults === undefined ? [] : faultMutations), ...(spec.wrong ?? [])];
      const wrong = mutations.map((mutate) => mutate(plan));
      return { name: spec.name, plan, comparisons: spec.comparisons, wrong };
    });
}
