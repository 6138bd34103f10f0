import type { Instant } from '../../proxy/host/units.ts';
import type { HistoryEvent } from '../history/history.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';
import { faultCatalogue } from './catalogue.ts';
import { healAll } from './combined.ts';
import { overlapping } from './overlap.ts';
import type { FaultAction } from './timeline.ts';
import type { Effect, World } from './world.ts';

/**
 * Applies the actions of a timeline to a world and knows what is still installed. It holds no clock: the engine waits
 * until an action is due, applies it, and stores the events with the instant it gives (live: the real one).
 */
export class FaultScheduler {
  readonly #world: World;
  readonly #plan: Plan;
  readonly #running = new Map<string, { readonly fault: PlannedFault; readonly effect: Effect }>();
  readonly #hits = new Map<string, number>();

  constructor(world: World, plan: Plan) {
    this.#world = overlapping(world);
    this.#plan = plan;
  }

  /** Ids of the faults that are installed now. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Hits by fault id, of faults that ended or were healed, and of running ones so far. */
  hits(): ReadonlyMap<string, number> {
    for (const [id, { effect }] of this.#running) this.#hits.set(id, effect.hits());
    return this.#hits;
  }

  /**
   * Starts or ends one fault. Ending one that does not run is nothing. Rejects when the world could not apply it; a
   * fault that could not be healed stays in `running`, so that it is named as residue.
   */
  async apply(action: FaultAction, now: () => Instant): Promise<readonly HistoryEvent[]> {
    return action.action === 'start' ? this.#start(action.fault, now) : this.#end(action.fault.id, now);
  }

  async #start(fault: PlannedFault, now: () => Instant): Promise<readonly HistoryEvent[]> {
    const effect = await faultCatalogue.get(fault.kind).start(this.#world, fault, this.#plan);
    this.#running.set(fault.id, { fault, effect });
    return [{ kind: 'fault-start', at: now(), fault: fault.id }];
  }

  async #end(id: string, now: () => Instant): Promise<readonly HistoryEvent[]> {
    const running = this.#running.get(id);
    if (running === undefined) return [];
    await running.effect.heal();
    const hits = running.effect.hits();
    this.#running.delete(id);
    this.#hits.set(id, hits);
    const at = now();
    return [
      { kind: 'fault-hit', at, fault: id, hits },
      { kind: 'fault-end', at, fault: id },
    ];
  }

  /**
   * At the end of a run, or when it is broken off: hits of the faults that outlive the horizon, then everything healed.
   * No `fault-end` is written: the fault did not end inside the run.
   * @throws HoldfastError ERR_HEAL when something stays behind (exit 4).
   */
  async finish(now: () => Instant): Promise<readonly HistoryEvent[]> {
    const left = [...this.#running.values()];
    const at = now();
    const events: HistoryEvent[] = [];
    await healAll(
      left.map(({ fault, effect }) => ({
        hits: effect.hits,
        heal: async () => {
          // a live effect looks for the last time while it is healed
          try {
            await effect.heal();
          } finally {
            this.#hits.set(fault.id, effect.hits());
          }
          events.unshift({ kind: 'fault-hit', at, fault: fault.id, hits: effect.hits() });
          this.#running.delete(fault.id);
        },
      })),
    );
    return events;
  }
}
