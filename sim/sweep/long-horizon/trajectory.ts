import type { PartEffect } from '../../faults/part-effects.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import type { WindowRules } from './window-rules.ts';

/** The verbs that act on a part, joined; empty: it works as planned. */
export interface PartState {
  readonly verbs: string;
  /** Taken out altogether: further faults on it change nothing. */
  readonly out: boolean;
  /** Share of its work that the part can still do, in [0, 1]. */
  readonly capacity: number;
}

/** A part's state changes at an instant (microseconds). */
export interface Change {
  readonly at: number;
  readonly part: string;
  readonly before: PartState;
  readonly after: PartState;
  /** Microseconds from `at` until the system is stationary again. */
  readonly settles: number;
}

export const working: PartState = { verbs: '', out: false, capacity: 1 };

interface Edge {
  readonly at: number;
  readonly start: boolean;
  readonly effect: PartEffect;
  readonly settles: number;
}

/**
 * Who works when: every change of every part over [0, horizon), in order of time, then part. Effects on a part that is
 * already out, and a return of one that another fault still keeps out, are no changes.
 */
export function trajectoryOf(
  plan: Plan,
  effectsOf: (fault: PlannedFault) => readonly PartEffect[],
  rules: WindowRules,
): readonly Change[] {
  const byPart = new Map<string, Edge[]>();
  const memories = rememberedUntil(plan, rules);
  for (const fault of plan.faults) {
    if (fault.at >= plan.horizon) continue;
    const until = Math.min(fault.until ?? plan.horizon, plan.horizon);
    const memory = memories.get(fault);
    const whole = memory === undefined ? 0 : memory - fault.at;
    const startSettles = Math.max(whole, rules.startSettles(plan, fault));
    const endSettles = Math.max(whole - (until - fault.at), rules.endSettles(plan, fault));
    for (const effect of effectsOf(fault)) {
      const edges = byPart.get(effect.part) ?? [];
      byPart.set(effect.part, edges);
      edges.push({ at: fault.at, start: true, effect, settles: startSettles });
      if (until < plan.horizon) edges.push({ at: until, start: false, effect, settles: endSettles });
    }
  }
  const changes = [...byPart].flatMap(([part, edges]) => changesOf(part, edges));
  return changes.sort((a, b) => a.at - b.at || (a.part < b.part ? -1 : a.part > b.part ? 1 : 0));
}

function changesOf(part: string, edges: Edge[]): Change[] {
  edges.sort((a, b) => a.at - b.at || Number(a.start) - Number(b.start));
  const active = new Map<string, { count: number; out: boolean; capacity: number }>();
  const changes: Change[] = [];
  let state = working;
  for (let i = 0; i < edges.length; ) {
    const at = edges[i]?.at ?? 0;
    let settles = 0;
    for (; edges[i]?.at === at; i++) {
      const edge = edges[i] as Edge;
      const known = active.get(edge.effect.verb) ?? {
        count: 0,
        out: edge.effect.takesOut,
        capacity: edge.effect.capacity,
      };
      known.count += edge.start ? 1 : -1;
      if (known.count > 0) active.set(edge.effect.verb, known);
      else active.delete(edge.effect.verb);
      settles = Math.max(settles, edge.settles);
    }
    const verbs = [...active.keys()].sort().join(' + ');
    const after = {
      verbs,
      out: [...active.values()].some(({ out }) => out),
      capacity: Math.min(1, ...[...active.values()].map(({ capacity }) => capacity)),
    };
    if (after.verbs !== state.verbs && !(state.out && after.out)) {
      changes.push({ at, part, before: state, after, settles });
    }
    state = after;
  }
  return changes;
}

/** Faults with memory: until when they, and those of memory that follow before they are forgotten, are one window. */
function rememberedUntil(plan: Plan, rules: WindowRules): ReadonlyMap<PlannedFault, number> {
  const until = new Map<PlannedFault, number>();
  const withMemory = plan.faults.filter((fault) => rules.remembered(plan, fault) > 0);
  for (let i = withMemory.length - 1; i >= 0; i--) {
    const fault = withMemory[i] as PlannedFault;
    const end = Math.min(fault.until ?? plan.horizon, plan.horizon);
    const next = withMemory[i + 1];
    const chained = next !== undefined && next.at < end + rules.remembered(plan, fault);
    const own = end + rules.endSettles(plan, fault);
    until.set(fault, chained ? Math.max(own, next.at, until.get(next) ?? 0) : own);
  }
  return until;
}
