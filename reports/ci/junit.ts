import type { ObjectiveVerdict } from '../../sim/judge/verdict.ts';
import { plain } from '../text.ts';
import { demandWords, intervalWords, nothingAsked, objectiveShort } from '../view/verdict-words.ts';
import { baselineWords, provenLoss, undecided } from './baseline-words.ts';
import type { GateEntry, OnInconclusive } from './gate-entry.ts';
import { entryNames } from './gate-words.ts';

/** The file name Azure Pipelines, GitLab and the common GitHub actions pick up by themselves. */
export const junitFileName = 'TEST-holdfast.xml';

/**
 * JUnit XML, the common ground of CI systems: a suite per scenario, a case per objective (never per request: GitLab
 * refuses 250,000 objects). Missed is `failure`; an error of ours or a bad scenario is `error`; inconclusive is
 * `skipped` with a message when it only warns, else `failure type="inconclusive"`.
 */
export function renderJUnit(entries: readonly GateEntry[], onInconclusive: OnInconclusive = 'warn'): string {
  const nameOf = entryNames(entries);
  const suites = entries.map((entry) => suite(entry, nameOf(entry), onInconclusive));
  const sum = (pick: (counts: Counts) => number): number => suites.reduce((total, one) => total + pick(one.counts), 0);
  const seconds = entries.reduce((total, entry) => total + entry.seconds, 0).toFixed(3);
  const head = attributes({
    name: 'holdfast',
    tests: sum((c) => c.tests),
    failures: sum((c) => c.failures),
    errors: sum((c) => c.errors),
    skipped: sum((c) => c.skipped),
    time: seconds,
  });
  const body = suites.map((one) => one.xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${body}</testsuites>\n`;
}

interface Counts {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
}

function suite(entry: GateEntry, called: string, onInconclusive: OnInconclusive): { xml: string; counts: Counts } {
  const counts: Counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  const cases: string[] = [];
  const add = (name: string, outcome: string): void => {
    const place = entry.line > 0 ? { file: entry.file, line: entry.line } : { file: entry.file };
    // The time belongs to the scenario: shared out evenly, so that sums over cases stay true.
    const time = (entry.seconds / Math.max(1, caseCount(entry))).toFixed(3);
    const open = `    <testcase${attributes({ classname: `holdfast.${called}`, name, time, ...place })}`;
    cases.push(outcome === '' ? `${open}/>\n` : `${open}>\n${outcome}    </testcase>\n`);
    counts.tests += 1;
  };
  if (entry.error !== null) {
    counts.errors += 1;
    const text = [entry.error.message, entry.error.hint].filter((part) => part !== '').join('\n');
    add('scenario', element('error', { type: entry.error.code, message: entry.error.message }, text));
  }
  for (const objective of entry.result?.objectives ?? [])
    add(objective.name, outcomeOf(objective, counts, onInconclusive));
  if (entry.result?.objectives.length === 0) add('verdict', unasked(counts, onInconclusive));
  if (entry.baseline !== null) {
    const words = baselineWords(entry.baseline);
    const worse = provenLoss(entry.baseline);
    const open = undecided(entry.baseline) && onInconclusive === 'fail';
    if (worse || open) counts.failures += 1;
    const skipped = !entry.baseline.comparison.comparable && !open;
    if (skipped) counts.skipped += 1;
    const name = `against ${entry.baseline.against}`;
    if (worse || open) add(name, element('failure', { type: worse ? 'worse' : 'inconclusive', message: words }, words));
    else add(name, skipped ? element('skipped', { message: words }, '') : '');
  }
  const head = attributes({ name: called, ...counts, time: entry.seconds.toFixed(3) });
  return { xml: `  <testsuite${head}>\n${cases.join('')}  </testsuite>\n`, counts };
}

function caseCount(entry: GateEntry): number {
  const judged = entry.result === null ? 0 : Math.max(1, entry.result.objectives.length);
  return (entry.error === null ? 0 : 1) + judged + (entry.baseline === null ? 0 : 1);
}

function outcomeOf(objective: ObjectiveVerdict, counts: Counts, onInconclusive: OnInconclusive): string {
  if (objective.verdict === 'met') return '';
  const span = intervalWords(objective);
  const message = `${objectiveShort(objective)}${span === '' ? '' : ` ${span}`}, objective ${demandWords(objective)}, n = ${objective.n}`;
  const detail = objective.reason === '' ? message : `${message}: ${objective.reason}`;
  if (objective.verdict === 'inconclusive' && onInconclusive === 'warn') {
    counts.skipped += 1;
    return element('skipped', { message: `inconclusive: ${detail}` }, '');
  }
  counts.failures += 1;
  return element('failure', { type: objective.verdict, message }, detail);
}

/** A result without objectives is inconclusive as well: a suite without a case would look like nothing to complain of. */
function unasked(counts: Counts, onInconclusive: OnInconclusive): string {
  if (onInconclusive === 'warn') {
    counts.skipped += 1;
    return element('skipped', { message: `inconclusive: ${nothingAsked}` }, '');
  }
  counts.failures += 1;
  return element('failure', { type: 'inconclusive', message: nothingAsked }, nothingAsked);
}

function element(name: string, named: Readonly<Record<string, string | number>>, text: string): string {
  const open = `      <${name}${attributes(named)}`;
  return text === '' ? `${open}/>\n` : `${open}>${xmlText(text)}</${name}>\n`;
}

function attributes(named: Readonly<Record<string, string | number>>): string {
  return Object.entries(named)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 forbids most control characters even as references, so they are replaced, not escaped. */
function xmlText(text: string): string {
  return plain(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
