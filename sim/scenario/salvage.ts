import type { z } from 'zod';
import { type ProblemPath, valueAt } from './problem.ts';
import type { ScenarioOutput, scenarioSchema } from './schema.ts';

type Container = Record<string | number, unknown>;

/** What is right in written data that is wrong elsewhere. */
export interface Salvaged {
  readonly data: unknown;
  readonly output: ScenarioOutput;
  /** Where something stood before entries of lists were left out. */
  origin(path: ProblemPath): ProblemPath;
}

/** Stands where the scenario has nothing to go on; what is said about it follows from a problem told already. */
const nothing = (): Container => ({
  name: 'unnamed',
  topology: { sites: {}, connectorGroups: {} },
  applications: {},
  workload: {},
});

/**
 * The data without what the schema refuses and without `wrong`, so that what is right can be checked further and all
 * problems told at once. An entry that cannot do without what was left out is left out too. Undefined: nothing is left.
 */
export function salvage(
  schema: typeof scenarioSchema,
  input: unknown,
  wrong: readonly ProblemPath[],
): Salvaged | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const data = structuredClone(input) as Container;
  const places = new WeakMap<object, number[]>();
  remove(data, wrong, places);
  // each round takes at least one thing away; far more rounds than any nesting has levels
  for (let round = 0; round < 30; round++) {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { data, output: parsed.data, origin: (path) => originOf(data, path, places) };
    remove(data, parsed.error.issues.flatMap(pathsOf), places);
  }
  return undefined;
}

function pathsOf(issue: z.core.$ZodIssue): readonly ProblemPath[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** Later entries of a list first, so that those before keep their places. */
function remove(data: Container, paths: readonly ProblemPath[], places: WeakMap<object, number[]>): void {
  const order = [...paths].sort((a, b) => b.length - a.length || Number(b.at(-1)) - Number(a.at(-1)) || 0);
  for (const path of order) removeOne(data, path, places);
}

function removeOne(data: Container, path: ProblemPath, places: WeakMap<object, number[]>): void {
  const last = path.at(-1);
  if (last === undefined) return;
  const above = path.slice(0, -1);
  const holder = valueAt(data, above);
  if (typeof holder !== 'object' || holder === null) {
    removeOne(data, above, places);
    return;
  }
  if (Array.isArray(holder)) {
    const kept = placesOf(holder, places);
    holder.splice(Number(last), 1);
    kept.splice(Number(last), 1);
    return;
  }
  const there = Object.hasOwn(holder, last);
  if (there) delete (holder as Container)[last];
  const stand = nothing();
  if (above.length === 0 && last in stand) data[last] = stand[last];
  else if (path.length === 2 && path[0] === 'topology' && ['sites', 'connectorGroups'].includes(String(last))) {
    (holder as Container)[last] = {};
  } else if (!there) removeOne(data, above, places);
}

function placesOf(list: readonly unknown[], places: WeakMap<object, number[]>): number[] {
  const known = places.get(list) ?? list.map((_, index) => index);
  places.set(list, known);
  return known;
}

function originOf(data: unknown, path: ProblemPath, places: WeakMap<object, number[]>): ProblemPath {
  return path.map((step, depth) => {
    const holder = valueAt(data, path.slice(0, depth));
    return Array.isArray(holder) && typeof step === 'number' ? (placesOf(holder, places)[step] ?? step) : step;
  });
}
