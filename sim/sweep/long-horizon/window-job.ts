import { seededRandom } from '../../../proxy/host/random.ts';
import { instant, micros } from '../../../proxy/host/units.ts';
import type { PartEffect } from '../../faults/part-effects.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import type { Job } from '../job.ts';
import { hasEmptyGroup } from './environment.ts';
import type { StationaryStretch, TransitionWindow } from './segments.ts';
import type { WindowRules } from './window-rules.ts';

/** All it takes to simulate a segment as often as wanted; made from the first occurrence of its key. */
export interface WindowBlueprint {
  readonly key: string;
  readonly plan: Plan;
  readonly segment: TransitionWindow | StationaryStretch;
  readonly absent: ReadonlySet<string>;
  readonly effectsOf: (fault: PlannedFault) => readonly PartEffect[];
  readonly rules: WindowRules;
  /** Length of a sample of a stationary stretch, microseconds. */
  readonly stretchLength: number;
  /** Keys of the states it passes through, as those of stretches; the first is the one it begins in. */
  readonly states: readonly string[];
}

/**
 * Sample number `sample` of a window as a plan of its own: only connectors that take part, only faults that touch them,
 * times counted from the start of a warm-up, a seed of its own. Faults that were on before the window hit at the start and
 * have settled before the count begins. `patience`: microseconds of warm-up beyond what the rules say.
 */
export function windowJob(blueprint: WindowBlueprint, sample: number, patience = 0): Job {
  const { plan, segment, rules, key } = blueprint;
  const seed = `${plan.seed}/window/${key}/${sample}`;
  const at = segment.kind === 'window' ? (segment.changes[0]?.at ?? segment.from) : segment.from;
  const phase = seededRandom(seed).fork('phase').next() - 0.5;
  const shift = segment.kind === 'window' && !segment.clipped ? Math.round(phase * plan.outcome.window) : 0;
  const realFrom = segment.from + shift;
  const length = segment.kind === 'window' ? segment.to - segment.from : blueprint.stretchLength;
  const connectors = present(plan, blueprint.absent);
  const kept = new Set(connectors.map(({ id }) => id));
  // The first change of a window may be the end of a fault; in a stretch nothing ends.
  const since = segment.kind === 'window' ? at : at + 1;
  const wasOn = (fault: PlannedFault): boolean => fault.at < realFrom && (fault.until ?? plan.horizon) >= since;
  // Changes of a stretch all lie outside it: what is on when it begins is on throughout.
  const begins = (fault: PlannedFault): boolean =>
    segment.kind === 'window' && fault.at >= realFrom && fault.at < realFrom + length;
  const touching = plan.faults
    .filter((fault) => wasOn(fault) || begins(fault))
    .flatMap((fault) => keptFault(fault, blueprint.effectsOf(fault), kept));
  const settling = Math.max(0, ...touching.filter(wasOn).map((fault) => rules.startSettles(plan, fault)));
  const before = segment.kind === 'window' ? segment.before : segment.state;
  const someEmpty = hasEmptyGroup(connectors, (id) => before.get(id)?.out === true);
  const load = rules.loadSettles(plan, before, []);
  const from = rules.warmUp + settling + load + (someEmpty ? rules.emptySettles(plan) : 0) + patience;
  const relative = (time: number): number => Math.max(rules.warmUp / 2, time - realFrom + from);
  const faults = touching.map((fault): PlannedFault => {
    const ends = segment.kind === 'window' && fault.until !== null && fault.until < realFrom + length;
    return { ...fault, at: instant(relative(fault.at)), until: ends ? instant(relative(fault.until ?? 0)) : null };
  });
  return {
    plan: {
      ...plan,
      seed,
      replication: 0,
      horizon: micros(from + length + plan.outcome.deadline),
      topology: { ...plan.topology, connectors },
      identity: { ...plan.identity, startInEquilibrium: true },
      faults: faults.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
      faultProcesses: [],
      objectives: [],
    },
    range: { from, to: from + length },
    ...(segment.kind === 'stretch' ? { halves: true as const } : { tail: Math.min(length, plan.outcome.window) }),
  };
}

/** Connectors without those that are out throughout; a group that would be empty keeps one of them, out. */
function present(plan: Plan, absent: ReadonlySet<string>): Plan['topology']['connectors'] {
  const left = new Set(plan.topology.connectors.filter(({ id }) => !absent.has(id)).map(({ group }) => group));
  return plan.topology.connectors.filter(({ id, group }) => {
    if (!absent.has(id)) return true;
    const first = !left.has(group);
    left.add(group);
    return first;
  });
}

/** The fault if it acts on a part that is kept, its connector targets cut down to those. */
function keptFault(fault: PlannedFault, effects: readonly PartEffect[], kept: ReadonlySet<string>): PlannedFault | [] {
  const matters = (part: string): boolean => !part.startsWith('connector/') || kept.has(part);
  if (!effects.some(({ part }) => matters(part))) return [];
  return { ...fault, targets: fault.targets.filter(matters) };
}
