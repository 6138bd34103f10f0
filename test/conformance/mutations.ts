import { after, type Instant, instant, type Micros, micros, ms, seconds } from '../../proxy/host/units.ts';
import { faultCatalogue } from '../../sim/faults/catalogue.ts';
import type { Plan, PlannedFault } from '../../sim/plan/plan.ts';

/** A wrong simulator, by the plan it plays. A row that cannot tell the right one from it proves nothing: inconclusive. */
export interface Wrong {
  readonly what: string;
  readonly played: Plan;
}

/** The two of every plan with faults. */
export const faultMutations: ReadonlyArray<(plan: Plan) => Wrong> = [
  (plan) => ({ what: 'the fault left out', played: { ...plan, faults: [] } }),
  (plan) => ({ what: 'the fault noticed 5 s late', played: noticedLate(plan) }),
];

/** Connectors are back at once after a crash. */
export function withoutRestartDelay(plan: Plan): Wrong {
  const connectors = plan.topology.connectors.map((connector) => ({ ...connector, restartDelay: micros(0) }));
  return { what: 'the restart delay left out', played: { ...plan, topology: { ...plan.topology, connectors } } };
}

/** A link's own jitter goes both ways around its latency, as a toxic's does. For links whose latency is the longer of the two. */
export function centredJitter(plan: Plan): Wrong {
  const sites = plan.topology.sites.map((site) => {
    const { latency, jitter } = site.serviceLink;
    return {
      ...site,
      serviceLink: { ...site.serviceLink, latency: micros(latency - jitter), jitter: micros(2 * jitter) },
    };
  });
  return { what: 'jitter around the latency', played: { ...plan, topology: { ...plan.topology, sites } } };
}

/** Tunnels share the width of a connector's link, as if all requests took one instance and one tunnel. */
export function sharedLine(plan: Plan): Wrong {
  const connectors = plan.topology.connectors.map((connector) => ({ ...connector, tunnels: 1 }));
  const instances = plan.topology.instances.slice(0, 1);
  return {
    what: 'one line for all tunnels',
    played: { ...plan, topology: { ...plan.topology, connectors, instances } },
  };
}

/** Links of sites are as wide as anybody likes. */
export function unlimitedLinks(plan: Plan): Wrong {
  const sites = plan.topology.sites.map((site) => ({
    ...site,
    serviceLink: { ...site.serviceLink, bytesPerSecond: null },
  }));
  return { what: 'links of unlimited width', played: { ...plan, topology: { ...plan.topology, sites } } };
}

/** Whatever fault comes first on a part holds there, also beyond its own end, until the last one is over. */
export function firstHolds(plan: Plan): Wrong {
  const [first] = plan.faults;
  const until = plan.faults.reduce<Instant | null>((end, fault) => later(end, fault.until), instant(0));
  return {
    what: 'the first fault in place of the graver',
    played: { ...plan, faults: first === undefined ? [] : [{ ...first, until }] },
  };
}

const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? null : instant(Math.max(a, b));

/** Dials wait longer than they do: the same as if the slow link were just quick enough for them. */
export function patientDials(plan: Plan): Wrong {
  const faults = plan.faults.map((fault) =>
    fault.kind === 'link latency' ? { ...fault, parameters: { ...fault.parameters, latency: ms(1_400) } } : fault,
  );
  return { what: 'dials that wait longer', played: { ...plan, faults } };
}

/** A backend that goes down breaks what is sent to it and what it would answer meanwhile, as a path that resets does. */
export function callsOutliveBackends(plan: Plan): Wrong {
  const targets = plan.topology.connectors.map(({ id }) => id);
  const faults = plan.faults.map((fault) => ({
    ...fault,
    kind: 'link reset',
    targets,
    parameters: { hop: 'connector-backend' },
  }));
  return { what: 'calls under way that a backend finishes once it is back', played: { ...plan, faults } };
}

/** What a silence kept never goes on. */
export function endlessSilence(plan: Plan): Wrong {
  const faults = plan.faults.map((fault) => ({ ...fault, until: null }));
  return { what: 'a silence that swallows what it kept', played: { ...plan, faults } };
}

/** Users give a request up after 3 s, whatever their deadline: so did live ones with a connection that was not made by then. */
export function hastyUsers(plan: Plan): Wrong {
  return {
    what: 'users who wait 3 s for a connection',
    played: { ...plan, outcome: { ...plan.outcome, deadline: seconds(3) } },
  };
}

/** Users hold sessions when the run begins. */
export function signedInAtStart(plan: Plan): Wrong {
  const identity = { ...plan.identity, startInEquilibrium: true };
  return { what: 'users who are signed in at the start', played: { ...plan, identity } };
}

/** What is down comes back one after the other, a second and a half in all, and faults that begin meanwhile begin after it. */
export function returnsInTurn(plan: Plan): Wrong {
  const ends = plan.faults.map(({ until }) => until);
  const faults = plan.faults.map((fault) =>
    ends.includes(fault.at) ? { ...fault, at: after(fault.at, ms(1_500)) } : fault,
  );
  return { what: 'faults that wait for instances to be back', played: { ...plan, faults } };
}

const late = seconds(5);

/**
 * The virtual world notices every fault 5 s late. Where the proxy detects the fault only detection is longer, so a row
 * cannot fail merely because the fault came at another time; a fault that nobody detects (slowness, a service that is
 * down, a silence shorter than detection) takes effect and ends 5 s late.
 */
function noticedLate(plan: Plan): Plan {
  if (!plan.faults.every((fault) => isDetected(plan, fault))) {
    return { ...plan, faults: plan.faults.map((fault) => shifted(fault, plan.horizon)) };
  }
  if (plan.faults.every(({ targets }) => targets.every(isInstance))) {
    const { frontDoor } = plan.topology;
    const unhealthyAfter = (frontDoor.unhealthyAfter + late) as Micros;
    return { ...plan, topology: { ...plan.topology, frontDoor: { ...frontDoor, unhealthyAfter } } };
  }
  const { detection } = plan.behaviour;
  const later = plan.faults.every((fault) => closes(fault) && detection.onClose)
    ? { ...detection, onClose: false, suspectAfter: undefined, deadAfter: late }
    : { ...detection, suspectAfter: plus(detection.suspectAfter), deadAfter: plus(detection.deadAfter) };
  return { ...plan, behaviour: { ...plan.behaviour, detection: later } };
}

/** Faults that end tunnels of connectors, or an instance, and last until the proxy notices. */
function isDetected(plan: Plan, fault: PlannedFault): boolean {
  const { kind, at, until, parameters, targets } = fault;
  const lasts = (until ?? plan.horizon) - at;
  if (targets.every(isInstance)) {
    // by the front door alone, which nobody tells anything
    return (
      /^(service instance crash|link partition|link reset)$/.test(kind) &&
      lasts > plan.topology.frontDoor.unhealthyAfter
    );
  }
  const tunnels =
    /^(connector crash|connector hang|site loss|shared egress down)$/.test(kind) ||
    (/^link (partition|reset)$/.test(kind) && parameters['hop'] === 'service-connector');
  return tunnels && lasts > faultCatalogue.get(kind).detectedWithin(plan);
}

const isInstance = (target: string): boolean => target.startsWith('service/');

/** Noticed by the end of a connection, not by silence. */
function closes({ kind, parameters }: PlannedFault): boolean {
  return kind === 'connector crash' || kind === 'link reset' || parameters['manner'] === 'reset';
}

const plus = (span: Micros | undefined): Micros | undefined =>
  span === undefined ? undefined : ((span + late) as Micros);

function shifted(fault: PlannedFault, horizon: Micros): PlannedFault {
  const until = fault.until === null ? null : after(fault.until, late);
  const within = (at: Instant): Instant => instant(Math.min(at, horizon - 1));
  return { ...fault, at: within(after(fault.at, late)), until: until === null ? null : within(until) };
}
