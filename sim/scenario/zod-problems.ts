import type { z } from 'zod';
import { nearest, suggestion } from './nearest.ts';
import { type Problem, type ProblemPath, pathText, problem, valueAt } from './problem.ts';
import { keysAt, wordsAt } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

const steps = (path: readonly PropertyKey[]): ProblemPath =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));

const nameOf = (path: ProblemPath): string => (path.length === 0 ? 'the scenario' : pathText(path));

/** zod's issues in our words, with did-you-mean. `prefix` stands before the paths of a union's branch. */
export function problemsOf(
  schema: unknown,
  data: unknown,
  issues: readonly Issue[],
  prefix: ProblemPath = [],
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(schema, data, issue, [...prefix, ...steps(issue.path)]));
}

function problemsOfIssue(schema: unknown, data: unknown, issue: Issue, path: ProblemPath): readonly Problem[] {
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = keysAt(schema, path, data);
        const unused = known.filter((name) => !(name in ((value ?? {}) as object)));
        return problem(
          'UNKNOWN_KEY',
          [...path, key],
          `unknown key "${key}"${path.length > 0 ? ` in ${pathText(path)}` : ''}`,
          suggestion(key, nearest(key, unused) === undefined ? known : unused),
          true,
        );
      });
    case 'invalid_union':
      return unionProblems(schema, data, issue, path, value);
    case 'invalid_key':
      return [
        problem(
          'NAME',
          path,
          `the name "${String(path[path.length - 1])}" ${issue.issues[0]?.message ?? 'is not allowed'}`,
          '',
          true,
        ),
      ];
    case 'invalid_type':
      return [typeProblem(issue, path, value)];
    case 'invalid_value': {
      const words = issue.values.map(String);
      const hint = typeof value === 'string' ? suggestion(value, words) : '';
      return [problem('VALUE', path, `${nameOf(path)} must be ${words.map((word) => `"${word}"`).join(' or ')}`, hint)];
    }
    case 'too_small':
    case 'too_big':
      return [problem('RANGE', path, `${nameOf(path)} ${rangeText(issue)}`, boundHint(issue))];
    default:
      return [problem('VALUE', path, `${nameOf(path)} ${issue.message}`, valueHint(issue.message))];
  }
}

function unionProblems(
  schema: unknown,
  data: unknown,
  issue: Issue & { code: 'invalid_union' },
  path: ProblemPath,
  value: unknown,
): readonly Problem[] {
  const words = wordsAt(schema, path, data);
  if (words.length > 0) {
    if (value === undefined) {
      return [problem('MISSING', path, `${nameOf(path)} is missing`, `one of: ${words.join(', ')}`)];
    }
    return [problem('VALUE', path, `there is no "${String(value)}" here`, suggestion(String(value), words))];
  }
  // The branch that is of the right kind (an object for an object) says what is wrong; else all are named.
  const fitting = issue.errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'),
  );
  const best = fitting.sort((a, b) => depth(b) - depth(a))[0];
  if (best !== undefined && (typeof value !== 'string' || fitting.length === 1))
    return problemsOf(schema, data, best, path);
  const asked = issue.errors.flatMap((branch) => branch.map((one) => expectation(one)));
  return [problem('VALUE', path, `${nameOf(path)} must be ${[...new Set(asked)].join(', or ')}`)];
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map((word) => `"${String(word)}"`).join(' or ');
  if (issue.code === 'invalid_type') return kindWords[issue.expected] ?? issue.expected;
  return issue.message.replace(/^must be /, '');
}

const kindWords: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function typeProblem(issue: Issue & { code: 'invalid_type' }, path: ProblemPath, value: unknown): Problem {
  const wanted = issue.message.startsWith('must be')
    ? issue.message
    : `must be ${kindWords[issue.expected] ?? issue.expected}`;
  if (value === undefined) return problem('MISSING', path, `${nameOf(path)} is missing`, `it ${wanted}`);
  return problem('TYPE', path, `${nameOf(path)} ${wanted}`, typeHint(issue.expected, value));
}

function typeHint(expected: string, value: unknown): string {
  if (typeof value === 'string' && (expected === 'number' || expected === 'int') && /^\d+(\.\d+)?$/.test(value)) {
    return `write ${value} without quotes`;
  }
  if (value === null) return 'write {} for "all defaults"';
  return '';
}

/** The nearest value that is allowed, as it is written. */
function boundHint(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  if (issue.origin !== 'number' && issue.origin !== 'int') return '';
  if (issue.inclusive === false) return '';
  return `write ${String(issue.code === 'too_small' ? issue.minimum : issue.maximum)} or ${issue.code === 'too_small' ? 'more' : 'less'}`;
}

/** What to write, for values with a unit. */
function valueHint(message: string): string {
  const bound = /must be at (least|most) (\S+)$/.exec(message);
  if (bound !== null) return `write ${bound[2]} or ${bound[1] === 'least' ? 'more' : 'less'}`;
  return message.includes('share in percent') ? 'a share is written as 99.9%, from 0% to 100%' : '';
}

function rangeText(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const small = issue.code === 'too_small';
  const bound = small ? issue.minimum : issue.maximum;
  const noun = { array: ' entries', string: ' characters', set: ' entries' }[issue.origin as string] ?? '';
  const strict = issue.inclusive === false;
  return `must ${noun === '' ? 'be' : 'have'} ${small ? (strict ? 'more than' : 'at least') : strict ? 'less than' : 'at most'} ${String(bound)}${noun}`;
}
