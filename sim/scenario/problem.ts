import { HoldfastError } from '../../proxy/host/errors.ts';
import { visible } from './visible.ts';

export type ProblemPath = ReadonlyArray<string | number>;

/** One thing wrong with a scenario. `path` names it in the data; a text adds where that is in the file. */
export interface Problem {
  /** `ERR_SCENARIO_…`. */
  readonly code: `ERR_SCENARIO_${string}`;
  readonly message: string;
  readonly hint: string;
  readonly path: ProblemPath;
  /** True: the key at the end of the path is meant, not its value. */
  readonly key: boolean;
}

/** A problem with its place in a file; line and column count from 1. */
export interface LocatedProblem extends Problem {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** Source lines around it with a marker; empty when there is no text to show. */
  readonly frame: string;
}

export function problem(code: string, path: ProblemPath, message: string, hint = '', key = false): Problem {
  return { code: `ERR_SCENARIO_${code}`, message, hint, path, key };
}

/** What stands at `path` in written data; undefined when nothing does. */
export const valueAt = (data: unknown, path: ProblemPath): unknown =>
  path.reduce<unknown>(
    (at, step) => (at as Readonly<Record<string | number, unknown>> | null | undefined)?.[step],
    data,
  );

/** `topology.sites.paris`, `faults.random[0].mtbf`. */
export function pathText(path: ProblemPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** Problems that are printed: nobody reads more, and a file can have one for each of its values. */
const shown = 100;

function problemText(one: LocatedProblem): string {
  const where = one.line === null ? one.file : `${one.file}:${one.line}:${one.column ?? 1}`;
  const at = one.frame === '' && one.path.length > 0 ? ` (${pathText(one.path)})` : '';
  const lines = [visible(`error ${one.code}: ${one.message}`), visible(` --> ${where}${at}`)];
  if (one.frame !== '') lines.push(one.frame);
  if (one.hint !== '') lines.push(visible(`  hint: ${one.hint}`));
  return lines.join('\n');
}

/** All problems for a reader: at most a hundred, then how many more there are. */
function problemsText(problems: readonly LocatedProblem[]): string {
  const texts = problems.slice(0, shown).map(problemText);
  const rest = problems.length - shown;
  if (rest > 0) texts.push(`and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`);
  return texts.join('\n\n');
}

/** A scenario that cannot be run; carries all its problems. The message is ready to print. */
export class ScenarioError extends HoldfastError {
  readonly problems: readonly LocatedProblem[];

  constructor(file: string, problems: readonly LocatedProblem[]) {
    super('ERR_SCENARIO', problemsText(problems), {
      facts: { file, problems: problems.length },
      hint: problems[0]?.hint ?? '',
    });
    this.problems = problems;
  }
}
