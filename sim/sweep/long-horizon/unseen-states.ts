import { instant } from '../../../proxy/host/units.ts';
import { type PartEffect, partEffects } from '../../faults/part-effects.ts';
import { expectedOn } from '../../measure/fault-time.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import { bundlesOf, type Cause, likeliest } from './alike-causes.ts';
import { canonical } from './canonical-key.ts';
import { type DrawnCause, exclusiveWays, reachOf } from './drawn-causes.ts';
import type { Environment } from './environment.ts';
import type { SystemState } from './segments.ts';
import type { PartState } from './trajectory.ts';

/** Combinations that are asked for, up to renaming of equal parts; what is rarer counts as unseen altogether. */
const mostCombinations = 5000;

/** Scheduled faults that are on together, the same in every replication. */
interface Background {
  /** Share of the horizon. */
  readonly share: number;
  readonly effects: readonly PartEffect[];
}

/**
 * Share of the time that the system spends in states no replication has shown, from the shares of the horizon of its random
 * causes, which are independent, on top of what is scheduled: that alone every replication has shown. Intervals reach that
 * much further down, as if everything were lost in them: however narrow an interval over replications is, it knows nothing
 * of two sites that are lost together once in ten years.
 */
export async function unseenStateShare(
  plan: Plan,
  environment: Environment,
  seen: (stretchKey: string) => boolean,
): Promise<number> {
  const { causes, drawn } = await randomCauses(plan);
  if (causes.length + drawn.length === 0) return 0;
  const backgrounds = await scheduledBackgrounds(plan);
  const further = [...backgrounds.map(({ effects }) => effects), ...drawn.flatMap(reachOf)];
  const bundles = [...bundlesOf(causes, environment.classOf, further), ...drawn.map(exclusiveWays)];
  let known = 0;
  for (const { share, on } of likeliest(bundles, Math.ceil(mostCombinations / backgrounds.length))) {
    for (const background of backgrounds) {
      const { key } = canonical(environment, { kind: 'stretch', from: 0, to: 1, state: stateOf([background, ...on]) });
      const scheduled = on.length === 0 && background.effects.length > 0;
      if (scheduled || seen(key)) known += background.share * share;
    }
  }
  return Math.max(0, 1 - known);
}

/** One cause per clock that always does the same, and every clock that draws one of several targets. */
async function randomCauses(
  plan: Plan,
): Promise<{ readonly causes: readonly Cause[]; readonly drawn: readonly DrawnCause[] }> {
  const causes: Cause[] = [];
  const drawn: DrawnCause[] = [];
  for (const clock of plan.faultProcesses) {
    const share = expectedOn(clock, plan.horizon) / plan.horizon;
    const members: (readonly (readonly PartEffect[])[])[] = [];
    for (const member of clock.members) {
      const choices: (readonly PartEffect[])[] = [];
      for (const targets of member.choose === 'one' ? member.targets.map((target) => [target]) : [member.targets]) {
        const fault: PlannedFault = { ...member, targets, id: 'any', at: instant(0), until: null, origin: 'random' };
        choices.push(await partEffects(plan, fault));
      }
      members.push(choices);
    }
    if (members.some(({ length }) => length > 1)) drawn.push({ share, members });
    else causes.push({ share, effects: members.flat(2) });
  }
  return { causes: causes.filter(({ effects }) => effects.length > 0), drawn };
}

/** What is scheduled, by what is on at once; shares add up to 1. */
async function scheduledBackgrounds(plan: Plan): Promise<readonly Background[]> {
  const random = new Set(plan.faultProcesses.map(({ origin }) => origin));
  const scheduled = plan.faults.filter(({ origin }) => !random.has(origin));
  const effects = new Map<PlannedFault, readonly PartEffect[]>();
  for (const fault of scheduled) effects.set(fault, await partEffects(plan, fault));
  const until = (fault: PlannedFault): number => Math.min(fault.until ?? plan.horizon, plan.horizon);
  const edges = [...new Set([0, plan.horizon, ...scheduled.flatMap((fault) => [fault.at, until(fault)])])]
    .filter((at) => at <= plan.horizon)
    .sort((a, b) => a - b);
  const backgrounds = new Map<string, Background>();
  for (let i = 1; i < edges.length; i++) {
    const from = edges[i - 1] ?? 0;
    const on = scheduled.filter((fault) => fault.at <= from && until(fault) > from);
    const acting = on.flatMap((fault) => effects.get(fault) ?? []);
    const name = acting.map(({ part, verb }) => `${part} ${verb}`).join('|');
    const share = ((edges[i] ?? 0) - from) / plan.horizon + (backgrounds.get(name)?.share ?? 0);
    backgrounds.set(name, { share, effects: acting });
  }
  return [...backgrounds.values()];
}

/** The state of all parts while these are on. */
export function stateOf(causes: ReadonlyArray<Pick<Cause, 'effects'>>): SystemState {
  const verbs = new Map<string, Set<string>>();
  const out = new Set<string>();
  const capacities = new Map<string, number>();
  for (const { effects } of causes) {
    for (const { part, verb, takesOut, capacity } of effects) {
      capacities.set(part, Math.min(capacity, capacities.get(part) ?? 1));
      verbs.set(part, (verbs.get(part) ?? new Set()).add(verb));
      if (takesOut) out.add(part);
    }
  }
  const state = new Map<string, PartState>();
  for (const [part, all] of verbs) {
    state.set(part, { verbs: [...all].sort().join(' + '), out: out.has(part), capacity: capacities.get(part) ?? 1 });
  }
  return state;
}
