import { hours, type Micros, minutes } from '../../proxy/host/units.ts';
import type { Finding } from './check.ts';
import type { Plan, PlannedFault } from './plan.ts';
import { formatDuration } from './quantities.ts';

/**
 * What the roles of a live run take at most, as their own configurations say; virtual time knows no such bounds. A role
 * that refuses its configuration ends a run that is half up, with nothing in its message about the scenario.
 */
export const roleLimits = {
  /** Exclusive: a front gives an answer up after this much silence. */
  backendTimeout: minutes(5),
  sessionLife: hours(90 * 24),
  exchangeTime: minutes(1),
  backendLatency: hours(1),
  /** What a slow token service or application adds. */
  added: hours(1),
} as const;

const adds: ReadonlySet<string> = new Set(['token slow', 'backend slow']);

/** Settings with which a role of this plan would not start, or would refuse a fault. */
export function liveRoleFindings(plan: Plan): readonly Finding[] {
  const { backendTimeout, sessionLife, exchangeTime, backendLatency, added } = roleLimits;
  const found: Finding[] = groupFindings(plan);
  for (const { id, backendTimeout: timeout, backend } of plan.applications) {
    if (timeout >= backendTimeout)
      found.push(tooLong(`the backend time-out of ${id}`, timeout, backendTimeout, 'below'));
    if (backend.latency > backendLatency) found.push(tooLong(`the backend of ${id}`, backend.latency, backendLatency));
  }
  const { identity } = plan;
  if (identity.sessionLife.to > sessionLife) {
    found.push(tooLong('the access token lifetime', identity.sessionLife.to, sessionLife));
  }
  if (identity.exchangeTime > exchangeTime) {
    found.push(tooLong('the exchange time of the token service', identity.exchangeTime, exchangeTime));
  }
  const slowest = new Map<string, number>();
  for (const fault of plan.faults) {
    if (adds.has(fault.kind)) slowest.set(fault.kind, Math.max(slowest.get(fault.kind) ?? 0, addedBy(fault)));
  }
  for (const [kind, by] of slowest) if (by > added) found.push(tooLong(`what ${kind} adds`, by, added));
  return found;
}

/** A connector must be told what it may call, and has nothing to call in a group that carries no application. */
function groupFindings({ topology, applications }: Plan): Finding[] {
  const carried = new Set(applications.map(({ group }) => group));
  const idle = topology.groups.filter(
    ({ id }) => !carried.has(id) && topology.connectors.some(({ group }) => group === id),
  );
  return idle.map(({ id }) =>
    finding(
      `no application uses the connectors of group ${id}; live connectors need one`,
      `publish an application through ${id}, leave the group out, or run it virtual`,
      `group ${id}`,
    ),
  );
}

function tooLong(what: string, given: number, most: Micros, word = 'at most'): Finding {
  const bound = `${word} ${formatDuration(most)}`;
  return finding(`${what}: ${formatDuration(given)}; live takes ${bound}`, `make it ${bound}, or run it virtual`, what);
}

function finding(message: string, hint: string, about: string): Finding {
  return { severity: 'refuse', code: 'ERR_CHECK_LIVE_ROLE', message, hint, about };
}

function addedBy({ parameters }: PlannedFault): number {
  const { by } = parameters;
  return typeof by === 'number' ? by : 0;
}
