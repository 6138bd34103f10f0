import { type Document, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Scenario } from '../plan/scenario.ts';
import { codeFrame } from './code-frame.ts';
import { type LocatedProblem, type Problem, problem, ScenarioError } from './problem.ts';
import { readScenario } from './read.ts';

/** Longer files are refused: a scenario is written by people. */
const maxCharacters = 1_000_000;

type Range = readonly [from: number, to: number];

/**
 * Reads a scenario from YAML (JSON is YAML). `file` is for messages only.
 * @throws ScenarioError with every problem, its line, column and source lines.
 */
export function readYamlScenario(text: string, file: string): Scenario {
  if (text.length > maxCharacters) {
    const message = `the file is longer than ${maxCharacters} characters`;
    throw new ScenarioError(file, [{ ...problem('SIZE', [], message), file, line: null, column: null, frame: '' }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, merge: true });
  const place = (one: Problem, [from, to]: Range): LocatedProblem => {
    const { line, col } = lines.linePos(from);
    return { ...one, file, line, column: col, frame: codeFrame(text, line, col, Math.max(1, to - from)) };
  };
  if (document.errors.length > 0) {
    const syntax = document.errors.map((error) => {
      const message = error.message.split(/ at line \d+/)[0] ?? error.message;
      return place(problem('SYNTAX', [], `YAML: ${message}`, syntaxHints[error.code] ?? ''), error.pos);
    });
    throw new ScenarioError(file, syntax);
  }
  const read = readScenario(dataOf(document, file));
  if (read.ok) return read.scenario;
  const located = read.problems.map((one) => place(one, rangeOf(document, one)));
  throw new ScenarioError(
    file,
    located.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  );
}

const syntaxHints: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a key stands once in a mapping: put both under one, or rename one',
  MULTIPLE_DOCS: 'one scenario a file: put each into a file of its own, and take the --- out',
  TAB_AS_INDENT: 'indent with spaces',
};

function dataOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // A bomb of aliases, or an alias without an anchor.
    const message = `YAML: ${error instanceof Error ? error.message : String(error)}`;
    throw new ScenarioError(file, [{ ...problem('SYNTAX', [], message), file, line: null, column: null, frame: '' }]);
  }
}

/** Where a problem is: its key or value, or the nearest thing above it that the file has. */
function rangeOf(document: Document, { path, key }: Problem): Range {
  let range: Range = [0, 1];
  let node: unknown = document.contents;
  let found = 0;
  for (const step of path) {
    const pair = isMap(node) ? pairOf(node.items, String(step)) : undefined;
    const next = pair === undefined ? childOf(node, step) : pair.value;
    if (pair === undefined && next === undefined) break;
    found++;
    const last = found === path.length;
    // A missing member points at the key of what should hold it: the value may be many lines long.
    const at = pair !== undefined && (key || !last || !isScalar(next)) ? pair.key : next;
    range = nodeRange(at) ?? range;
    node = next;
  }
  return range;
}

const pairOf = (items: readonly Pair[], name: string): Pair | undefined =>
  items.find(({ key }) => isScalar(key) && String(key.value) === name);

const childOf = (node: unknown, step: string | number): unknown =>
  typeof step === 'number' && typeof node === 'object' && node !== null && 'items' in node
    ? (node.items as unknown[])[step]
    : undefined;

function nodeRange(node: unknown): Range | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range == null ? undefined : [range[0], range[1]];
}
