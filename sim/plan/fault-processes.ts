import type { Random } from '../../proxy/host/random.ts';
import { instant } from '../../proxy/host/units.ts';
import type { FaultParameters, TargetKind } from '../faults/fault.ts';
import { Chooser, endOf } from './draw-faults.ts';
import type { FaultProcess, PlannedFault } from './plan.ts';
import type { FaultSpec, Scenario } from './scenario.ts';
import { type Aim, type Parts, type Resolved, resolveSelector } from './selector.ts';

/** What each kind of fault acts on; the catalogue gives it, so that a plan can be compiled without the effects. */
export type ActsOn = (kind: string) => TargetKind;

/** Told of every selector that cannot be resolved; `path` as in a written scenario. */
export type OnUnresolved = (refusal: Resolved & { ok: false }, path: ReadonlyArray<string | number>) => void;

/** What a fault hits in one cell: `targets` all together, `aims` thing by thing. */
interface Member {
  readonly kind: string;
  readonly targets: readonly string[];
  readonly aims: readonly Aim[];
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
      const { targets, aims, choose } = resolved;
      return { kind: spec.kind, targets, aims, choose, parameters: spec.parameters };
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

/**
 * One independent clock for each thing that a random fault is aimed at, one for each common cause. A place (site, group,
 * egress) is one thing: what fails there fails at once, on all its connectors.
 */
export function randomProcesses(scenario: Scenario, resolver: FaultResolver): readonly FaultProcess[] {
  const single = scenario.faults.random.flatMap((fault, index): FaultProcess[] => {
    const member = resolver.resolve(fault, ['faults', 'random', index]);
    if (member === undefined) return [];
    const clock = { meanUp: fault.mtbf, meanDown: fault.mttr, downDistribution: fault.repair };
    if (member.choose === 'one')
      return [{ id: fault.name, origin: 'random', ...clock, members: [drawnMember(member)] }];
    return member.aims.map((aim) => ({
      id: `${fault.name}/${aim.id}`,
      origin: 'random',
      ...clock,
      members: [drawnMember({ ...member, aims: [aim] })],
    }));
  });
  const common = scenario.faults.together.flatMap(({ name, timing, members }, index): FaultProcess[] => {
    const path = ['faults', 'together', index, 'faults'];
    if (timing.kind !== 'random') return [];
    const resolved = members.flatMap((member, at) => resolver.resolve(member, [...path, at]) ?? []);
    if (resolved.length === 0) return [];
    const clock = { meanUp: timing.mtbf, meanDown: timing.mttr, downDistribution: timing.repair };
    return [{ id: name, origin: name, ...clock, members: resolved.map(drawnMember) }];
  });
  return [...single, ...common];
}

/** As the plan has it; of an only aim that is a place, with its name. */
function drawnMember({ kind, aims, choose, parameters }: Member): FaultProcess['members'][number] {
  const targets = aims.flatMap((aim) => aim.targets);
  const [only, ...others] = aims;
  const isPlace = only !== undefined && others.length === 0 && !only.targets.includes(only.id);
  return { kind, targets, choose, parameters, ...(isPlace && { place: only.id }) };
}
