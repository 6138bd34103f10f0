import type { Plan } from '../plan/plan.ts';
import { upDistribution } from './k-of-n.ts';
import { type ReliabilityInput, reliabilityInput } from './reliability-input.ts';
import { sharedLoss, unavailabilityOf } from './shared-loss.ts';
import { type StagedStretch, stagedCauses, stagedStretches, stagedUnavailability } from './staged-causes.ts';

export interface Arithmetic {
  /** Unavailability if every connector failed by itself, as often as it does: what data sheets multiply out to. */
  readonly independent: number;
  /** The part of `independent` in which no connector is left; the rest is beyond the capacity of those that are. */
  readonly allDown: number;
  /** What the staged faults alone would make of `independent`: it is in every run, not only in the long run. */
  readonly staged: number;
  /** Unavailability by what all connectors share (token service, egress, a single site, …), if they never failed themselves. */
  readonly sharedFloor: number;
  /** What the staged faults alone make of `sharedFloor`. */
  readonly stagedFloor: number;
  /** What sets the floor, by how much it adds, largest first: targets of the faults, such as `egress/wan`, `site/paris`. */
  readonly sharedParts: readonly string[];
  /** Of those that not every application needs: which do, by id. */
  readonly sharedBy: Readonly<Record<string, readonly string[]>>;
}

/**
 * Both figures for a plan: of random faults in the long run, of scheduled ones in a run that stages them. Null when no fault
 * stops any part, and when the scheduled ones have no closed form.
 */
export async function arithmeticOf(plan: Plan): Promise<Arithmetic | null> {
  const staged = await stagedCauses(plan);
  if (staged === null || (staged.length === 0 && plan.faultProcesses.length === 0)) return null;
  const input = await reliabilityInput(plan);
  const stretches = stagedStretches(staged, plan.horizon);
  const total = input.applications.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  if (!(total > 0)) return null;
  let independent = 0;
  let allDown = 0;
  let certain = 0;
  let sharedFloor = 0;
  let stagedFloor = 0;
  const parts = new Map<string, { loss: number; readonly of: Set<string> }>();
  const visited = input.applications.filter(({ requestsPerSecond }) => requestsPerSecond > 0);
  for (const application of visited) {
    const share = application.requestsPerSecond / total;
    const alone = independentLoss(input, stretches, application.group);
    independent += share * alone.lost;
    allDown += share * alone.allDown;
    certain += share * independentLoss({ ...input, causes: [] }, stretches, application.group).lost;
    stagedFloor += share * sharedLoss({ ...input, causes: [] }, stretches, application, () => undefined);
    sharedFloor +=
      share *
      sharedLoss(input, stretches, application, (targets, loss) => {
        for (const target of targets) {
          const { loss: sum, of } = parts.get(target) ?? { loss: 0, of: new Set<string>() };
          parts.set(target, { loss: sum + share * loss, of: of.add(application.id) });
        }
      });
  }
  const named = [...parts].sort(([a, x], [b, y]) => y.loss - x.loss || (a < b ? -1 : 1));
  return {
    independent: atMostAll(independent),
    allDown: atMostAll(allDown),
    staged: atMostAll(certain),
    sharedFloor: atMostAll(sharedFloor),
    stagedFloor: atMostAll(stagedFloor),
    sharedParts: named.map(([part]) => part),
    sharedBy: Object.fromEntries(
      named.filter(([, { of }]) => of.size < visited.length).map(([part, { of }]) => [part, [...of]]),
    ),
  };
}

/** Shares of applications need not add up to exactly 1; what they lose is no more than everything. */
const atMostAll = (share: number): number => Math.min(1, share);

/**
 * Share of a group's requests lost when its connectors fail independently, each for the share of time that all causes
 * together take it out; with too few left, what is beyond their capacity is lost. `allDown`: lost with none left.
 */
function independentLoss(
  input: ReliabilityInput,
  stretches: readonly StagedStretch[],
  group: string,
): { readonly lost: number; readonly allDown: number } {
  const horizon = stretches.at(-1)?.until ?? 0;
  const members = input.connectors.filter((connector) => connector.group === group);
  const load = groupLoad(input, group);
  const down = members.map(({ id }) => {
    const random = unavailabilityOf(input.causes.filter(({ takesOut }) => takesOut.includes(id)));
    return 1 - (1 - random) * (1 - stagedUnavailability(id, stretches, horizon));
  });
  // Which ones are left matters little; the smallest are taken, so the figure errs on the safe side.
  const capacities = members.map(({ capacity }) => capacity).sort((a, b) => a - b);
  let lost = 0;
  let carried = 0;
  const distribution = upDistribution(down);
  distribution.forEach((p, up) => {
    lost += p * (up === 0 ? 1 : Math.max(0, 1 - carried / load));
    carried += capacities[up] ?? 0;
  });
  return { lost, allDown: distribution[0] ?? 0 };
}

const groupLoad = (input: ReliabilityInput, group: string): number =>
  input.applications.reduce((sum, { group: of, requestsPerSecond }) => sum + (of === group ? requestsPerSecond : 0), 0);
