import type { Micros } from '../../proxy/host/units.ts';
import { faultCatalogue } from '../faults/catalogue.ts';
import { liveLinkFindings } from './check-live-links.ts';
import { liveRoleFindings } from './check-live-roles.ts';
import { sizeFindings } from './check-size.ts';
import type { Plan, PlannedFault } from './plan.ts';
import { formatDuration } from './quantities.ts';

/** What one plan cannot do in one engine, or what it does that a reader must know. */
export interface Finding {
  /** `refuse`: the run would mislead or cannot be; `note`: it goes into the report. */
  readonly severity: 'refuse' | 'note';
  readonly code: `ERR_CHECK_${string}`;
  readonly message: string;
  readonly hint: string;
  /** The part of the plan that it is about, in words; empty: the whole of it. With the code, what tells two of one plan apart. */
  readonly about: string;
}

/** What a live run carries on the machines it was measured on. */
export interface Machine {
  /** Role processes at once, the harness and the toxics server not counted. */
  readonly maxProcesses: number;
  readonly maxRequestsPerSecond: number;
  /** Longest live run that still is one. */
  readonly maxHorizon: Micros;
}

/** Two cores: measured with all roles as processes of their own. */
export const smallMachine: Machine = {
  maxProcesses: 16,
  maxRequestsPerSecond: 400,
  maxHorizon: 600_000_000 as Micros,
};

/** Scaled lifetimes below this measure the clock, not the policy. */
const shortestLife = 20_000_000;

const finding = (severity: Finding['severity'], code: string, message: string, hint: string, about = ''): Finding => ({
  severity,
  code: `ERR_CHECK_${code}`,
  message,
  hint,
  about,
});

/** All findings for a plan in an engine; empty: go on. Scaled plans are checked for both engines, the machine for live. */
export function checkPlan(plan: Plan, engine: 'virtual' | 'live', machine: Machine = smallMachine): readonly Finding[] {
  return [
    ...(plan.timeScale === 1 ? [] : [...lifetimeFindings(plan), ...detectionFindings(plan)]),
    ...detectionOffFindings(plan),
    ...throttleFindings(plan),
    ...sizeFindings(plan),
    ...spanFindings(plan),
    ...(engine === 'live' ? [...machineFindings(plan, machine), ...liveFindings(plan)] : []),
    ...(engine === 'live' ? [...liveRoleFindings(plan), ...liveLinkFindings(plan)] : []),
  ];
}

/**
 * What the length of the run leaves no room for: an engine plays faults up to the end of the run, so a later one would be
 * dropped and its verdict be that of a run without it. Read scenarios have none; their live forms are often shorter.
 */
function spanFindings({ faults, horizon, outcome, objectives }: Plan): readonly Finding[] {
  const late = faults
    .filter(({ at }) => at >= horizon)
    .map(({ id, kind, targets, at }) => {
      const message = `${kind} on ${targets.join(', ')} starts at ${formatDuration(at)}, after the end of the run (${formatDuration(horizon)})`;
      return finding('refuse', 'LATE', message, 'start it earlier, run longer, or give the live section faults', id);
    });
  const byTime = objectives.some((one) => one.kind === 'availability' && one.basis === 'time');
  if (!byTime || outcome.window <= horizon) return late;
  const message = `the window of ${formatDuration(outcome.window)} is longer than the run (${formatDuration(horizon)})`;
  return [...late, finding('refuse', 'WINDOW', message, 'set a shorter objectives.window.length, or run longer')];
}

function lifetimeFindings({ identity, directory, timeScale }: Plan): readonly Finding[] {
  const lives: ReadonlyArray<readonly [string, Micros]> = [
    ['access token lifetime', identity.sessionLife.from],
    ...(directory === null ? [] : [['ticket life', directory.ticketLife] as const]),
  ];
  return lives
    .filter(([, life]) => life < shortestLife)
    .map(([name, life]) =>
      finding(
        'refuse',
        'LIFETIME',
        `the ${name} is ${formatDuration(life)} after a time scale of ${timeScale}; at least 20s is needed`,
        'use a smaller time scale',
        name,
      ),
    );
}

/**
 * A scaled outage must stay long against the detection that does not scale: at least five times. Of random outages the
 * mean counts: how long one is, each replication draws anew.
 */
function detectionFindings(plan: Plan): readonly Finding[] {
  const drawn = new Set(plan.faultProcesses.map(({ origin }) => origin));
  const outages = [
    ...plan.faults
      .filter(({ origin }) => !drawn.has(origin))
      .map(({ kind, at, until }) => ({ kind, length: (until ?? plan.horizon) - at, words: '' })),
    ...plan.faultProcesses.flatMap(({ members, meanDown, downDistribution }) =>
      members.map(({ kind }) => ({
        kind,
        length: meanDown,
        words: downDistribution === 'constant' ? '' : ' on average',
      })),
    ),
  ];
  const worst = new Map<string, { readonly length: number; readonly words: string; readonly detection: number }>();
  for (const { kind, length, words } of outages) {
    const detection = faultCatalogue.get(kind).detectedWithin(plan);
    if (detection * 5 <= length || length >= (worst.get(kind)?.length ?? Number.POSITIVE_INFINITY)) continue;
    worst.set(kind, { length, words, detection });
  }
  return [...worst].map(([kind, { length, words, detection }]) =>
    finding(
      'refuse',
      'DETECTION',
      `${kind}: detection takes ${formatDuration(detection)}, more than a fifth of the scaled outage (${formatDuration(length)}${words})`,
      'use a smaller time scale, or a behaviour that detects faster',
      kind,
    ),
  );
}

/** Faults that the plan has or that some replication may draw: whether this one drew them is chance. */
const possibleFaults = ({ faults, faultProcesses }: Plan): ReadonlyArray<Pick<PlannedFault, 'kind' | 'targets'>> => [
  ...faults,
  ...faultProcesses.flatMap(({ members }) => members),
];

function detectionOffFindings(plan: Plan): readonly Finding[] {
  const { behaviour } = plan;
  if (behaviour.detection.deadAfter !== undefined || possibleFaults(plan).length === 0) return [];
  const message = `the behaviour ${behaviour.name} never gives up a silent connector`;
  return [finding('note', 'DETECTION_OFF', message, 'set detection.deadAfter unless that is the question')];
}

/**
 * Load above the throttle is answered 429 however many connectors there are; load above what is left of it while an
 * instance is down (instances have fixed shares) is answered 429 by an assumption, and a reader must know.
 */
function throttleFindings(plan: Plan): readonly Finding[] {
  const { throttle, workloads, applications, topology } = plan;
  if (throttle === null) return [];
  const rateOf = (id: string): number =>
    workloads.filter(({ application }) => application === id).reduce((sum, load) => sum + load.requestsPerSecond, 0);
  const rates = applications.map(({ id }) => [`application ${id}`, rateOf(id), throttle.perApplication] as const);
  const total = workloads.reduce((sum, load) => sum + load.requestsPerSecond, 0);
  const instances = topology.instances.length;
  const instanceFails = possibleFaults(plan).some(({ targets }) => targets.some((one) => one.startsWith('service/')));
  const left = instanceFails && instances > 1 ? (instances - 1) / instances : 1;
  return [...rates, ['the whole load', total, throttle.tenant] as const]
    .filter(([, rate, limit]) => rate > limit * left)
    .map(([what, rate, limit]) => {
      const sent = `${what} sends ${rate} requests a second, the service lets`;
      return rate > limit
        ? finding(
            'note',
            'THROTTLE',
            `${sent} ${limit} through`,
            'no number of connectors helps; split the application, or set throttle if your limit is another',
            what,
          )
        : finding(
            'note',
            'THROTTLE_SHARE',
            `${sent} ${limit} through in equal shares of its instances, ${Math.floor(limit * left)} with one of them down`,
            'fixed shares are an assumption, undocumented; set throttle to "none" to see the loss without it',
            what,
          );
    });
}

/** Role processes of a live run: instances, connectors, the token service, one backend per application. */
export function processCount({ topology, applications }: Plan): number {
  return topology.instances.length + topology.connectors.length + 1 + applications.length;
}

function machineFindings(plan: Plan, machine: Machine): readonly Finding[] {
  const found: Finding[] = [];
  const processes = processCount(plan);
  if (processes > machine.maxProcesses) {
    const message = `${processes} role processes; a live run carries at most ${machine.maxProcesses}`;
    found.push(finding('refuse', 'PROCESSES', message, 'fewer connectors, instances or applications'));
  }
  if (plan.horizon > machine.maxHorizon) {
    const message = `live cannot run ${formatDuration(plan.horizon)}; the longest is ${formatDuration(machine.maxHorizon)}`;
    found.push(
      finding('refuse', 'HORIZON', message, 'run it virtual, or give it a live section with a duration or a timeScale'),
    );
  }
  const rate = plan.workloads.reduce((sum, workload) => sum + workload.requestsPerSecond, 0);
  if (rate > machine.maxRequestsPerSecond) {
    const message = `${Math.round(rate)} requests a second; a live run carries at most ${machine.maxRequestsPerSecond}`;
    found.push(finding('refuse', 'RATE', message, 'give live.requestsPerSecond'));
  }
  return found;
}

/** Parts and faults that only the virtual world has. */
function liveFindings(plan: Plan): readonly Finding[] {
  const found: Finding[] = [];
  if (plan.directory !== null) {
    found.push(finding('refuse', 'DIRECTORY', 'live has no directory (Kerberos tickets) yet', 'run it virtual'));
  }
  if (
    plan.identity.keysCachedFor > plan.horizon &&
    possibleFaults(plan).some(({ kind }) => kind.startsWith('token '))
  ) {
    const message = 'signing keys stay cached for the whole live run: their expiry is not tested';
    found.push(finding('note', 'KEYS', message, 'run it virtual over a day or more'));
  }
  return found;
}
