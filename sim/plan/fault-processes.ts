import type { Random } from '../../proxy/host/random.ts';
import { instant } from '../../proxy/host/units.ts';
import type { FaultParameters, TargetKind } from '../faults/fault.ts';
import { Chooser, endOf } from './draw-faults.ts';
import type { FaultProcess, PlannedFault } from './plan.ts';
import type { FaultSpec, Scenario } from './scenario.ts';
import { type Parts, type Resolved, resolveSelector } from './selector.ts';

/** What each kind of fault acts on; the catalogue gives it, so that a plan can be compiled without the effects. */
export type ActsOn = (kind: string) => TargetKind;

/** Told of every selector that cannot be resolved; `path` as in a written scenario. */
export type OnUnresolved = (refusal: Resolved & { ok: false }, path: ReadonlyArray<string | number>) => void;

interface Member {
  readonly kind: string;
  readonly targets: readonly string[];
  readonly choose: 'all' | 'one';
  readonly parameters: FaultParameters;
}

/** Looks selectors up in one cell. */
export class FaultResolver {
  readonly #parts: Parts;
  readonly #actsOn: ActsOn;
  readonly #onUnresolved: OnUnresolved;

  constructor(parts: Parts, actsOn: ActsOn, onUnresolved: OnUnresolved) {
    this.#parts = parts;
    this.#actsOn = actsOn;
    this.#onUnresolved = onUnresolved;
  }

  resolve(spec: FaultSpec, path: ReadonlyArray<string | number>): Member | undefined {
    const resolved = resolveSelector(spec.target, this.#actsOn(spec.kind), this.#parts);
    if (resolved.ok) {
      return { kind: spec.kind, targets: resolved.targets, choose: resolved.choose, parameters: spec.parameters };
    }
    this.#onUnresolved(resolved, spec.target === null ? path : [...path, 'target']);
    return undefined;
  }
}

/** Faults at given times. A cause of several is several faults of one origin. */
export function scheduledFaults(scenario: Scenario, resolver: FaultResolver, random: Random): readonly PlannedFault[] {
  const planned: PlannedFault[] = [];
  const add = (name: string, origin: string, member: Member | undefined, at: ScheduledSpan): void => {
    if (member === undefined) return;
    const targets = member.choose === 'one' ? [new Chooser(random, name, member.targets).next()] : member.targets;
    const { kind, parameters } = member;
    planned.push({ id: name, kind, targets, at: instant(at.at), until: endOf(at.at, at.span), parameters, origin });
  };
  scenario.faults.schedule.forEach((fault, index) => {
    add(fault.name, 'schedule', resolver.resolve(fault, ['faults', 'schedule', index]), fault);
  });
  scenario.faults.together.forEach((cause, index) => {
    const { timing, name, members } = cause;
    if (timing.kind !== 'at') return;
    members.forEach((member, at) => {
      const path = ['faults', 'together', index, 'faults', at];
      add(members.length > 1 ? `${name}/${at + 1}` : name, name, resolver.resolve(member, path), timing);
    });
  });
  return planned;
}

type ScheduledSpan = Pick<Scenario['faults']['schedule'][number], 'at' | 'span'>;

/** One independent clock per target of a random fault, one per common cause. */
export function randomProcesses(scenario: Scenario, resolver: FaultResolver): readonly FaultProcess[] {
  const single = scenario.faults.random.flatMap((fault, index): FaultProcess[] => {
    const member = resolver.resolve(fault, ['faults', 'random', index]);
    if (member === undefined) return [];
    const clock = { meanUp: fault.mtbf, meanDown: fault.mttr, downDistribution: fault.repair };
    if (member.choose === 'one') return [{ id: fault.name, origin: 'random', ...clock, members: [member] }];
    return member.targets.map((target) => ({
      id: `${fault.name}/${target}`,
      origin: 'random',
      ...clock,
      members: [{ ...member, targets: [target] }],
    }));
  });
  const common = scenario.faults.together.flatMap(({ name, timing, members }, index): FaultProcess[] => {
    const path = ['faults', 'together', index, 'faults'];
    if (timing.kind !== 'random') return [];
    const resolved = members.flatMap((member, at) => resolver.resolve(member, [...path, at]) ?? []);
    if (resolved.length === 0) return [];
    const clock = { meanUp: timing.mtbf, meanDown: timing.mttr, downDistribution: timing.repair };
    return [{ id: name, origin: name, ...clock, members: resolved }];
  });
  return [...single, ...common];
}
