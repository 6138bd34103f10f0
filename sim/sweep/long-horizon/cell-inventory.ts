import { type PartEffect, partEffects } from '../../faults/part-effects.ts';
import { type FaultTime, faultTime } from '../../measure/fault-time.ts';
import type { Plan, PlannedFault } from '../../plan/plan.ts';
import type { CourseSpan, StudyCell } from '../study.ts';
import { canonical } from './canonical-key.ts';
import { type CoursePiece, courseOf } from './course.ts';
import { type Environment, environmentOf, hasEmptyGroup } from './environment.ts';
import { endedByRestarts } from './restarts.ts';
import { type StationaryStretch, type SystemState, segmentsOf, statesOf, type TransitionWindow } from './segments.ts';
import { trajectoryOf } from './trajectory.ts';
import { unseenStateShare } from './unseen-states.ts';
import type { WindowRules } from './window-rules.ts';
import type { WindowType, WindowTypes } from './window-types.ts';

/** What one replication of a cell is made of: how often each window, how many sample lengths of each stretch. */
export type ReplicationInventory = ReadonlyMap<WindowType, number>;

/** Length of a sample of a stationary stretch, in availability windows: with every part working, and otherwise. */
export interface StretchWindows {
  readonly asPlanned: number;
  readonly other: number;
}

/** A cell's histories, drawn at full length and cut into windows; grows replication by replication. */
export class CellInventory {
  readonly cell: StudyCell;
  readonly replications: ReplicationInventory[] = [];
  readonly faultTimes: FaultTime[] = [];
  readonly #types: WindowTypes;
  readonly #rules: WindowRules;
  readonly #stretchWindows: StretchWindows;
  readonly #effects = new Map<string, readonly PartEffect[]>();
  #first: Plan | undefined;
  #environment: Environment | undefined;
  readonly #course: CoursePiece[] = [];
  readonly #following = new Map<WindowType, number>();

  constructor(cell: StudyCell, types: WindowTypes, rules: WindowRules, stretchWindows: StretchWindows) {
    this.cell = cell;
    this.#types = types;
    this.#rules = rules;
    this.#stretchWindows = stretchWindows;
  }

  /** The plan of replication 0. */
  get plan(): Plan {
    this.#first ??= this.cell.plan(0);
    return this.#first;
  }

  /** Replication 0 as its windows show it, once they are simulated. */
  get course(): readonly CourseSpan[] {
    const perSecond = this.plan.workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
    return courseOf(this.#course, perSecond);
  }

  /** Microseconds of the stretches that follow windows of each type, over all its replications. */
  get following(): ReadonlyMap<WindowType, number> {
    return this.#following;
  }

  /** Share of the time in states that none of its replications shows. */
  unseenTime = 0;

  async grow(replications: number): Promise<void> {
    this.#environment ??= environmentOf(this.plan);
    for (let r = this.replications.length; r < replications; r++) {
      const plan = r === 0 ? this.plan : this.cell.plan(r);
      for (const fault of plan.faults) await this.#learn(plan, fault);
      this.faultTimes.push(faultTime(plan));
      const faults = endedByRestarts(plan.faults, (fault) => this.#effectsOf(fault));
      for (const fault of faults) await this.#learn(plan, fault);
      this.replications.push(this.#cut({ ...plan, faults }, this.#environment));
    }
    const seen = new Set(
      this.replications.flatMap((inventory) => [...inventory.keys()].flatMap(({ blueprint }) => blueprint.states)),
    );
    this.unseenTime = await unseenStateShare(this.plan, this.#environment, (key) => seen.has(key));
  }

  /** Cuts its replications anew: some state was found to need longer to settle, or windows to end in another one. */
  async cutAnew(): Promise<void> {
    const { length } = this.replications;
    this.replications.length = 0;
    this.faultTimes.length = 0;
    this.#course.length = 0;
    this.#following.clear();
    await this.grow(length);
  }

  /** Effects depend on the cell's topology, so they are kept per cell. */
  async #learn(plan: Plan, fault: PlannedFault): Promise<void> {
    const key = effectKey(fault);
    if (!this.#effects.has(key)) this.#effects.set(key, await partEffects(plan, fault));
  }

  #effectsOf(fault: PlannedFault): readonly PartEffect[] {
    return this.#effects.get(effectKey(fault)) ?? [];
  }

  #cut(plan: Plan, environment: Environment): ReplicationInventory {
    const rules = this.#rules;
    const effects = new Map(plan.faults.map((fault) => [fault, this.#effectsOf(fault)]));
    const effectsOf = (fault: PlannedFault): readonly PartEffect[] => effects.get(fault) ?? [];
    const changes = trajectoryOf(plan, effectsOf, rules);
    const inventory = new Map<WindowType, number>();
    const keyOf = (state: SystemState): string =>
      canonical(environment, { kind: 'stretch', from: 0, to: 1, state }).key;
    const settles = (state: SystemState, passed: readonly SystemState[]): number => {
      const someEmpty = hasEmptyGroup(plan.topology.connectors, (id) => state.get(id)?.out === true);
      const more = this.#types.patient ? this.#types.settlesLater(keyOf(state)) : 0;
      return (someEmpty ? rules.emptySettles(plan) : 0) + rules.loadSettles(plan, state, passed) + more;
    };
    const { window } = plan.outcome;
    const least = enoughRequests(plan);
    const lead = (state: SystemState): number => rules.lead(plan, state);
    let last: WindowType | undefined;
    for (const segment of segmentsOf(changes, plan.horizon, lead, window, least, settles)) {
      const { key, absent } = canonical(environment, segment);
      const type = this.#types.of(key, () => ({
        key,
        plan,
        segment,
        absent,
        effectsOf,
        rules,
        stretchLength: this.#stretchLength(plan, segment, least),
        states: statesOf(segment).map(keyOf),
      }));
      const weight = segment.kind === 'window' ? 1 : (segment.to - segment.from) / type.blueprint.stretchLength;
      inventory.set(type, (inventory.get(type) ?? 0) + weight);
      if (segment.kind === 'window') last = type;
      else if (last !== undefined) {
        this.#following.set(last, (this.#following.get(last) ?? 0) + segment.to - segment.from);
      }
      if (plan.replication === 0) this.#course.push({ segment, type });
    }
    for (const [type, count] of inventory) if (!type.isStretch) type.occurs(plan.replication, count);
    return inventory;
  }

  /** A sample is not much shorter than its warm-up, and time-based availability can be told from it. */
  #stretchLength(plan: Plan, segment: TransitionWindow | StationaryStretch, least: number): number {
    const { window } = plan.outcome;
    if (segment.kind === 'window') return window;
    const { asPlanned, other } = this.#stretchWindows;
    const settling = this.#rules.loadSettles(plan, segment.state, []) / 2;
    return (
      window * Math.max(segment.state.size === 0 ? asPlanned : other, Math.ceil(Math.max(least, settling) / window))
    );
  }
}

/** Microseconds in which three times the requests are sent that a window of time-based availability needs. */
function enoughRequests({ workloads, outcome }: Plan): number {
  const perSecond = workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  return perSecond > 0 ? (3e6 * outcome.minRequests) / perSecond : 0;
}

const effectKey = (fault: PlannedFault): string =>
  `${fault.kind} ${fault.targets.join(' ')} ${JSON.stringify(fault.parameters)}`;
