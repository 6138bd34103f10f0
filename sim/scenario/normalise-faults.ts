import type { Micros } from '../../proxy/host/units.ts';
import type { CommonCause, FaultSpec, RandomFault, ScenarioFaults, ScheduledFault } from '../plan/scenario.ts';
import type { WrittenFault } from './fault-schema.ts';
import type { ScenarioOutput } from './schema.ts';

export type FaultsOutput = ScenarioOutput['faults'];

/** Keys of a written fault that are not parameters of the fault itself. */
const common = new Set(['what', 'name', 'target', 'at', 'for', 'mtbf', 'mttr', 'repair']);

function specOf(fault: WrittenFault): FaultSpec {
  const parameters = Object.entries(fault).filter(([key]) => !common.has(key));
  return {
    kind: fault.what,
    target: fault.target ?? null,
    parameters: Object.fromEntries(parameters) as FaultSpec['parameters'],
  };
}

/** Faults that were given no name are called by their kind, the second and later ones with a number. */
class Names {
  readonly #taken: Set<string>;

  constructor(given: readonly string[]) {
    this.#taken = new Set(given);
  }

  of(fault: WrittenFault): string {
    if (fault.name !== undefined) return fault.name;
    let name = fault.what;
    for (let n = 2; this.#taken.has(name); n++) name = `${fault.what} ${n}`;
    this.#taken.add(name);
    return name;
  }
}

export function faultsOf({ schedule, random, together }: FaultsOutput): ScenarioFaults {
  const given = [...schedule, ...random, ...together].flatMap(({ name }) => name ?? []);
  const names = new Names(given);
  return {
    schedule: schedule.map(
      (fault): ScheduledFault => ({
        name: names.of(fault),
        ...specOf(fault),
        at: fault.at,
        span: fault.for ?? null,
      }),
    ),
    random: random.map(
      (fault): RandomFault => ({
        name: names.of(fault),
        ...specOf(fault),
        mtbf: fault.mtbf,
        mttr: fault.mttr,
        repair: fault.repair,
      }),
    ),
    together: together.map(causeOf),
  };
}

/** Half-given clocks become a start at 0; checking names them as a problem. */
function causeOf(cause: FaultsOutput['together'][number]): CommonCause {
  const { mtbf, mttr, repair, at } = cause;
  const span = cause.for ?? null;
  return {
    name: cause.name,
    members: cause.faults.map(specOf),
    timing:
      mtbf !== undefined && mttr !== undefined
        ? { kind: 'random', mtbf, mttr, repair }
        : { kind: 'at', at: at ?? (0 as Micros), span },
  };
}
