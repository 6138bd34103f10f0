import type { Plan } from '../plan/plan.ts';
import { upDistribution } from './k-of-n.ts';
import { type RandomCause, type ReliabilityInput, reliabilityInput } from './reliability-input.ts';
import { lostShareOfOutage } from './session-life.ts';

export interface Arithmetic {
  /** Unavailability if every connector failed by itself, as often as it does: what data sheets multiply out to. */
  readonly independent: number;
  /** Unavailability by what all connectors share (token service, egress, a single site, …), if they never failed themselves. */
  readonly sharedFloor: number;
}

/** Both figures for a plan; null when it has no random faults to compute from. */
export async function arithmeticOf(plan: Plan): Promise<Arithmetic | null> {
  if (plan.faultProcesses.length === 0) return null;
  const input = await reliabilityInput(plan);
  const total = input.applications.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  if (!(total > 0)) return null;
  let independent = 0;
  let sharedFloor = 0;
  for (const application of input.applications) {
    const share = application.requestsPerSecond / total;
    independent += share * independentLoss(input, application.group);
    sharedFloor += share * sharedLoss(input, application);
  }
  return { independent, sharedFloor };
}

/**
 * Share of a group's requests lost when its connectors fail independently, each for the share of time that all causes
 * together take it out; with too few left, what is beyond their capacity is lost.
 */
function independentLoss(input: ReliabilityInput, group: string): number {
  const members = input.connectors.filter((connector) => connector.group === group);
  const load = groupLoad(input, group);
  const down = members.map(({ id }) => unavailabilityOf(input.causes.filter(({ takesOut }) => takesOut.includes(id))));
  // Which ones are left matters little; the smallest are taken, so the figure errs on the safe side.
  const capacities = members.map(({ capacity }) => capacity).sort((a, b) => a - b);
  let lost = 0;
  let carried = 0;
  upDistribution(down).forEach((p, up) => {
    lost += p * (up === 0 ? 1 : Math.max(0, 1 - carried / load));
    carried += capacities[up] ?? 0;
  });
  return lost;
}

function sharedLoss(input: ReliabilityInput, application: ReliabilityInput['applications'][number]): number {
  const members = input.connectors.filter(({ group }) => group === application.group).map(({ id }) => id);
  let served = 1;
  for (const cause of input.causes) {
    const hits = (part: string): boolean => cause.takesOut.includes(part);
    const all = members.every(hits) || input.instances.every(hits) || hits(`application/${application.id}`);
    let share = all ? 1 : 0;
    if (!all && application.signsIn && hits('token-service')) {
      share = lostShareOfOutage(cause.meanDown, cause.downDistribution, input.sessionLife);
    }
    if (!all && application.usesDirectory && input.ticketLife !== null && hits('directory')) {
      const life = { from: input.ticketLife, to: input.ticketLife };
      share = Math.max(share, lostShareOfOutage(cause.meanDown, cause.downDistribution, life));
    }
    served *= 1 - share * cause.unavailability;
  }
  const instances = input.instances.map((id) =>
    unavailabilityOf(input.causes.filter(({ takesOut }) => takesOut.includes(id) && !takesOutAll(takesOut, input))),
  );
  return 1 - served * (1 - instances.reduce((product, q) => product * q, 1));
}

const takesOutAll = (parts: readonly string[], { instances }: ReliabilityInput): boolean =>
  instances.every((id) => parts.includes(id));

const unavailabilityOf = (causes: readonly RandomCause[]): number =>
  1 - causes.reduce((up, { unavailability }) => up * (1 - unavailability), 1);

const groupLoad = (input: ReliabilityInput, group: string): number =>
  input.applications.reduce((sum, { group: of, requestsPerSecond }) => sum + (of === group ? requestsPerSecond : 0), 0);
