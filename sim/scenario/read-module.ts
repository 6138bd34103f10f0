import type { Scenario } from '../plan/scenario.ts';
import { definedAt } from './define.ts';
import { type LocatedProblem, problem, ScenarioError } from './problem.ts';
import { readScenario } from './read.ts';

/**
 * Reads what a TypeScript or JavaScript scenario exports (`defineScenario` or a plain object). Only data passes: members
 * that JSON cannot carry are problems, since a plan must be hashed, stored and sent.
 * @param nameOf what messages call the file that `defineScenario` was called in (path or file URL), which may be one that
 * `file` imports; default: as it is
 * @throws ScenarioError with every problem at its path, and the place of `defineScenario` where it is known, else `file`
 */
export function readModuleScenario(
  exported: unknown,
  file: string,
  nameOf: (definedIn: string) => string = (definedIn) => definedIn,
): Scenario {
  const place = placeOf(exported, nameOf) ?? { file, line: null, column: null };
  const at = (one: ReturnType<typeof problem>): LocatedProblem => ({ ...one, ...place, frame: '' });
  if (typeof exported !== 'object' || exported === null) {
    const hint = 'write: export default defineScenario({ … })';
    throw new ScenarioError(file, [at(problem('EXPORT', [], 'the file has no scenario as its default export', hint))]);
  }
  const strangers = strangersIn(exported, [], 0);
  if (strangers.length > 0) throw new ScenarioError(file, strangers.map(at));
  const read = readScenario(exported);
  if (read.ok) return read.scenario;
  throw new ScenarioError(file, read.problems.map(at));
}

function placeOf(
  exported: unknown,
  nameOf: (definedIn: string) => string,
): Pick<LocatedProblem, 'file' | 'line' | 'column'> | undefined {
  const place = (exported as { [definedAt]?: unknown } | null | undefined)?.[definedAt];
  const [, definedIn, line, column] = /^(.+):(\d+):(\d+)$/.exec(typeof place === 'string' ? place : '') ?? [];
  return definedIn === undefined ? undefined : { file: nameOf(definedIn), line: Number(line), column: Number(column) };
}

/** Functions, promises, dates and the like, by path; 30 levels deep at most. */
function strangersIn(
  value: unknown,
  path: ReadonlyArray<string | number>,
  depth: number,
): ReturnType<typeof problem>[] {
  if (value === null || value === undefined || ['string', 'number', 'boolean'].includes(typeof value)) return [];
  if (depth > 30) return [problem('DATA', path, 'nested too deeply', 'a scenario must not contain itself')];
  if (Array.isArray(value)) return value.flatMap((item, index) => strangersIn(item, [...path, index], depth + 1));
  const plain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (plain) return Object.entries(value).flatMap(([key, item]) => strangersIn(item, [...path, key], depth + 1));
  return [problem('DATA', path, `a ${typeof value} is no data`, 'compute it before, and write the result')];
}
