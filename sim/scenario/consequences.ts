import { type Problem, type ProblemPath, valueAt } from './problem.ts';

/**
 * Of problems found in what is right, those that do not merely follow from what was told: about a place that was told
 * already, above or below; about a name or a number of parts that went missing with it; about the length of a run that is
 * not known.
 */
export function ownProblems(found: readonly Problem[], told: readonly Problem[], input: unknown): readonly Problem[] {
  const parts = told.filter(({ path }) => path[0] === 'topology' || path[0] === 'applications');
  const lost = new Set(parts.flatMap((one) => namesOf(one, input)));
  const topology = parts.length > 0;
  const length = told.some(({ path }) => path[0] === 'run' && (path.length === 1 || path[1] === 'duration'));
  return found.filter(({ code, path, message }) => {
    if (told.some((one) => begins(path, one.path) || begins(one.path, path))) return false;
    const kind = code.slice('ERR_SCENARIO_'.length);
    if (kind === 'RANGE') return !length || !/ run\b/.test(message);
    if (kind === 'CELL') return !topology;
    if (kind !== 'TARGET') return true;
    const selector = String(valueAt(input, path) ?? '');
    return !(topology && /matches nothing|there is no|name a target/.test(message) && hollow(selector, lost, message));
  });
}

/** The target speaks of a part that went missing: by name, or because all of its kind did. */
const hollow = (selector: string, lost: ReadonlySet<string>, message: string): boolean =>
  /matches nothing|name a target/.test(message) || words(selector).some((word) => lost.has(word));

/** What a selector says after its noun: `paris` and `1` of `connector paris/1`. */
const words = (selector: string): readonly string[] => selector.split(/[\s/]+/).slice(1);

/** The names on the way to a problem and, where it is about a whole section, those in it. */
function namesOf({ path }: Problem, input: unknown): string[] {
  const value = valueAt(input, path);
  const inside =
    typeof value === 'object' && value !== null ? Object.keys(value) : typeof value === 'string' ? [value] : [];
  return [...path.slice(1).filter((step) => typeof step === 'string'), ...inside];
}

const begins = (path: ProblemPath, with_: ProblemPath): boolean =>
  with_.length <= path.length && with_.every((step, index) => String(step) === String(path[index]));
