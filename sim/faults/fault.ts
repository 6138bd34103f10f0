import type { z } from 'zod';
import type { Micros } from '../../proxy/host/units.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';
import type { Effect, World } from './world.ts';

/** What a fault acts on; selectors of a scenario are resolved to targets of this kind. */
export type TargetKind =
  | 'connector'
  | 'instance'
  | 'site'
  | 'egress'
  | 'application'
  | 'token-service'
  | 'directory'
  /** A part with a link of its own: a connector (its tunnel or backend hop), an instance or the token service. */
  | 'link';

/** JSON-safe parameters as a plan carries them: durations in microseconds, shares in [0, 1], rates in bytes a second. */
export type FaultParameters = Readonly<Record<string, string | number | boolean>>;

/**
 * One fault of the catalogue: everything there is to say about it, in one file. `P` is what its schema gives.
 */
export interface FaultDefinition<P extends FaultParameters = FaultParameters> {
  /** Name in scenarios, plans and reports: `connector crash`. */
  readonly kind: string;
  /** One letter for the lanes of charts, unique in the catalogue. */
  readonly letter: string;
  /** Completes "<target> …" in reports: `crashes`, `is cut off`. */
  readonly phrase: string;
  /** What happens and what users and parts see of it: one or two sentences for the reference. */
  readonly documentation: string;
  readonly acts: TargetKind;
  /** Strict object; inputs are strings with units. */
  readonly parameters: z.ZodObject<z.ZodRawShape>;
  /** What remembers the fault after its end. `nothing`: after `settles` the past no longer matters. */
  readonly carries: 'nothing' | 'session ages' | 'tickets';
  /** How long the proxy needs to notice it (worst case), by the plan's behaviour; zero: at once. */
  detectedWithin(plan: Plan): Micros;
  /** From the fault's end until the system is stationary again (an upper bound, used to cut windows around episodes). */
  settles(plan: Plan, parameters: P): Micros;
  /** Its one effect. Targets are resolved and parameters validated. */
  effect(world: World, targets: readonly string[], plan: Plan, parameters: P): Promise<Effect>;
}

/** A fault as engines use it: parameters are taken from the planned fault. */
export interface CatalogueFault extends Omit<FaultDefinition, 'settles' | 'effect'> {
  settles(plan: Plan, fault: PlannedFault): Micros;
  /** Starts the planned fault. Rejects only when the world could not apply it; nothing is then left behind. */
  start(world: World, fault: PlannedFault, plan: Plan): Promise<Effect>;
}

/** Types a definition by its schema and closes over the parameters, so that engines need not know them. */
export function defineFault<S extends z.ZodObject<z.ZodRawShape>>(
  definition: Omit<FaultDefinition<z.output<S> & FaultParameters>, 'parameters'> & { readonly parameters: S },
): CatalogueFault {
  type P = z.output<S> & FaultParameters;
  return {
    ...definition,
    // The compiler put the schema's own output into the plan; a plan read from disk is checked when it is read.
    settles: (plan, fault) => definition.settles(plan, fault.parameters as P),
    start: (world, fault, plan) => definition.effect(world, fault.targets, plan, fault.parameters as P),
  };
}
