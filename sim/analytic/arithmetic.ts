import type { Plan } from '../plan/plan.ts';
import { upDistribution } from './k-of-n.ts';
import { type RandomCause, type ReliabilityInput, reliabilityInput } from './reliability-input.ts';
import { lostShareOfOutage } from './session-life.ts';
import { stagedCauses } from './staged-causes.ts';

export interface Arithmetic {
  /** Unavailability if every connector failed by itself, as often as it does: what data sheets multiply out to. */
  readonly independent: number;
  /** Unavailability by what all connectors share (token service, egress, a single site, …), if they never failed themselves. */
  readonly sharedFloor: number;
  /** What sets the floor, by how much it adds, largest first: targets of the faults, such as `egress/wan`, `site/paris`. */
  readonly sharedParts: readonly string[];
}

/**
 * Both figures for a plan: of random faults in the long run, of scheduled ones in a run that stages them. Null when no fault
 * stops any part, and when the scheduled ones have no closed form.
 */
export async function arithmeticOf(plan: Plan): Promise<Arithmetic | null> {
  const staged = await stagedCauses(plan);
  if (staged === null || (staged.length === 0 && plan.faultProcesses.length === 0)) return null;
  const random = await reliabilityInput(plan);
  const input = { ...random, causes: [...random.causes, ...staged] };
  const total = input.applications.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  if (!(total > 0)) return null;
  let independent = 0;
  let sharedFloor = 0;
  const parts = new Map<string, number>();
  for (const application of input.applications) {
    const share = application.requestsPerSecond / total;
    independent += share * independentLoss(input, application.group);
    sharedFloor +=
      share *
      sharedLoss(input, application, (targets, loss) => {
        for (const target of targets) parts.set(target, (parts.get(target) ?? 0) + share * loss);
      });
  }
  const sharedParts = [...parts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([part]) => part);
  return { independent, sharedFloor, sharedParts };
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

/** `add` hears of everything that adds to the floor: the targets of a cause and about what it loses. */
function sharedLoss(
  input: ReliabilityInput,
  application: ReliabilityInput['applications'][number],
  add: (targets: readonly string[], loss: number) => void,
): number {
  const members = input.connectors.filter(({ group }) => group === application.group).map(({ id }) => id);
  let served = 1;
  for (const cause of input.causes) {
    // The crash of an only connector is its own: more connectors help, so it is no limit to them.
    if (isOwnFailure(cause)) continue;
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
    if (share > 0) add(cause.targets, share * cause.unavailability);
  }
  const single = input.causes.filter(({ takesOut }) => !takesOutAll(takesOut, input));
  const allInstances = input.instances
    .map((id) => unavailabilityOf(single.filter(({ takesOut }) => takesOut.includes(id))))
    .reduce((product, q) => product * q, 1);
  if (allInstances > 0) add(input.instances, allInstances);
  return 1 - served * (1 - allInstances);
}

const isOwnFailure = ({ targets }: RandomCause): boolean =>
  targets.length === 1 && targets[0]?.startsWith('connector/') === true;

const takesOutAll = (parts: readonly string[], { instances }: ReliabilityInput): boolean =>
  instances.every((id) => parts.includes(id));

const unavailabilityOf = (causes: readonly RandomCause[]): number =>
  1 - causes.reduce((up, { unavailability }) => up * (1 - unavailability), 1);

const groupLoad = (input: ReliabilityInput, group: string): number =>
  input.applications.reduce((sum, { group: of, requestsPerSecond }) => sum + (of === group ? requestsPerSecond : 0), 0);
