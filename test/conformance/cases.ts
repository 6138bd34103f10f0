import { compilePlan } from '../../sim/plan/compile.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import { readScenario } from '../../sim/scenario/read.ts';
import * as rows from './row.ts';

/** One scenario that both worlds run, and what is compared of it. Small enough for a machine of two cores. */
export interface Case {
  readonly name: string;
  readonly plan: Plan;
  readonly comparisons: readonly rows.Comparison[];
  /** Rows of latency have no fault to leave out; their counter-check is a simulator without the calibrated load. */
  readonly mutable: boolean;
}

const detection = { onClose: true, pingInterval: '500ms', deadAfter: '3s' };
const quick = { name: 'quick', base: 'documented', connectorWait: '4s', detection };

interface Spec {
  readonly name: string;
  readonly duration?: string;
  readonly connectors?: number;
  readonly instances?: number;
  readonly machine?: Record<string, unknown>;
  readonly rate?: number;
  readonly users?: number;
  readonly backend?: string;
  readonly identity?: Record<string, unknown>;
  readonly run?: Record<string, unknown>;
  readonly faults?: ReadonlyArray<Record<string, unknown>>;
  readonly comparisons: readonly rows.Comparison[];
}

const faultRows = [rows.lostInFaults, rows.sameCauses, rows.recovery];
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
    faults: [{ at: '5s', for: '7s', what: 'connector crash', target: 'connector paris/1' }],
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
    run: { duration: spec.duration ?? '18s', seed: `conformance ${spec.name}`, ...spec.run },
    topology: {
      instances: spec.instances ?? 1,
      frontDoor: { probeInterval: '500ms', unhealthyAfter: '2s' },
      userLink: { latency: '4ms' },
      tokenLink: { latency: '2ms' },
      sites: { paris: { link: { latency: '6ms' }, backendLink: { latency: '1ms' } } },
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
    applications: { shop: { group: 'shop', backend: { latency: spec.backend ?? '20ms', responseBytes: 1024 } } },
    identity: spec.identity ?? {},
    behaviour: quick,
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
    .map((spec) => ({
      name: spec.name,
      plan: planOf(spec),
      comparisons: spec.comparisons,
      mutable: spec.faults !== undefined,
    }));
}
