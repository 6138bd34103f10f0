import { arithmeticOf } from '../../analytic/arithmetic.ts';
import { estimateAvailability } from '../../measure/estimates.ts';
import type { Evidence } from '../../measure/evidence.ts';
import type { Plan } from '../../plan/plan.ts';
import type { CellInventory } from './cell-inventory.ts';
import type { LooseEnd } from './loose-ends.ts';
import type { SystemState } from './segments.ts';
import type { WindowRules } from './window-rules.ts';
import type { WindowType } from './window-types.ts';

/** Reasons not to trust a `met` that rests on windows: plain sentences, empty when there are none. */
export async function doubtsAbout(
  cell: CellInventory,
  evidence: Evidence,
  confidence: number,
  rules: WindowRules,
  unsettled: (type: WindowType) => boolean,
  loose: readonly LooseEnd[],
): Promise<readonly string[]> {
  const doubts: string[] = [];
  const types = new Map<WindowType, number>();
  for (const inventory of cell.replications) {
    for (const [type, weight] of inventory) types.set(type, (types.get(type) ?? 0) + weight * type.length);
  }
  const span = cell.replications.length * cell.plan.horizon;
  for (const [type, covered] of types) {
    if (!unsettled(type)) continue;
    const warmUp = Math.round(type.warmUp / 1e6);
    doubts.push(
      `after ${warmUp} s a state that fills ${Number(((100 * covered) / span).toPrecision(2))} % of the time was still not stationary`,
    );
  }
  const [worst] = [...loose].sort((a, b) => b.lasting - a.lasting);
  if (worst !== undefined) {
    const [excess, lasting] = [worst.excess, worst.lasting].map((share) => Number((100 * share).toPrecision(2)));
    doubts.push(
      `windows of ${Math.round(worst.type.length / 1e6)} s around changes end with ${excess} % more lost than the state they lead to: an overload that feeds itself would go on until the next change and lose up to ${lasting} % of the time`,
    );
  }
  const { interval } = estimateAvailability(evidence, 'requests', confidence);
  const least = await leastLoss(cell.plan, rules);
  if (interval !== null && 1 - interval[0] < least) {
    const [most, expected] = [1 - interval[0], least].map((share) => Number((100 * share).toPrecision(2)));
    doubts.push(
      `the windows say that at most ${most} % is lost, while connectors that fail independently lose at least ${expected} %: something was missed`,
    );
  }
  return doubts;
}

/**
 * What independent failures of connectors lose at least: their arithmetic, less what it leaves out in its own favour. Queues
 * and waiting absorb the beginning of every outage, the more so the shorter it is, and a run begins with every part working.
 * Zero where it cannot be told: no random faults, or connectors of unequal capacity.
 */
export async function leastLoss(plan: Plan, rules: WindowRules): Promise<number> {
  // Of random faults alone: scheduled ones lose what they lose, and begin when they do.
  const drawn = new Set(plan.faultProcesses.map(({ origin }) => origin));
  const arithmetic = await arithmeticOf({ ...plan, faults: plan.faults.filter(({ origin }) => drawn.has(origin)) });
  if (plan.faultProcesses.length === 0 || arithmetic === null) return 0;
  let absorbed = 0;
  let members = 0;
  for (const { id } of plan.topology.groups) {
    const group = plan.topology.connectors.filter((connector) => connector.group === id);
    if (new Set(group.map(({ cores, demand }) => cores / demand)).size > 1) return 0;
    members = Math.max(members, group.length);
    const state: Map<string, { verbs: string; out: boolean; capacity: number }> = new Map();
    for (const connector of group) {
      state.set(connector.id, { verbs: 'gone', out: true, capacity: 0 });
      absorbed = Math.max(absorbed, settlingOf(plan, rules, state, state.size === group.length));
    }
  }
  const downs = plan.faultProcesses.map(({ meanDown }) => meanDown);
  // With k of them gone the state ends k times as soon; k is at most the number of members.
  const beginnings = Math.max(0, 1 - (members * absorbed) / Math.min(...downs));
  const start = Math.max(0, 1 - (members * Math.max(...downs)) / plan.horizon);
  return arithmetic.independent * beginnings * start;
}

const settlingOf = (plan: Plan, rules: WindowRules, state: SystemState, empty: boolean): number =>
  rules.loadSettles(plan, state, []) + (empty ? rules.emptySettles(plan) : 0);
