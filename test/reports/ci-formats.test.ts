import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgainstBaseline, GateEntry } from '../../reports/ci/gate-entry.ts';
import { renderGateLines } from '../../reports/ci/gate-lines.ts';
import { renderGithubSummary } from '../../reports/ci/github-summary.ts';
import { renderJUnit } from '../../reports/ci/junit.ts';
import { renderTerminal } from '../../reports/terminal/run.ts';
import type { CellChange } from '../../sim/judge/baseline.ts';
import type { RunResult } from '../../sim/store/result.ts';
import { golden } from './golden.ts';
import { sampleClean, sampleLive, sampleSweep, sampleWide } from './sample-result.ts';

const entry = (result: RunResult, baseline: AgainstBaseline | null = null): GateEntry => ({
  file: result.scenario.file,
  line: 12,
  seconds: 3.2,
  result,
  error: null,
  baseline,
});

const broken: GateEntry = {
  file: 'scenarios/broken.yaml',
  line: 8,
  seconds: 0.01,
  result: null,
  error: {
    code: 'ERR_SCENARIO_INVALID',
    message: 'connectors must be a whole number, at least 1',
    hint: 'write 3 without quotes',
  },
  baseline: null,
};

const against = (...changes: ReadonlyArray<readonly [number, CellChange['verdict']]>): AgainstBaseline => ({
  against: 'main',
  comparison: {
    comparable: true,
    changed: [],
    cells: changes.map(([change, verdict], i) => ({
      axes: changes.length > 1 ? { sites: i + 1 } : {},
      n: 60,
      change,
      interval: [change - 0.0002, change + 0.0002],
      pWorse: verdict === 'worse' ? 0.001 : 0.6,
      verdict,
    })),
    provenLoss: changes.some(([, verdict]) => verdict === 'worse'),
    notes: [],
  },
});

const entries: GateEntry[] = [
  entry(sampleSweep(), against([-0.0004, 'better'], [0.00001, 'no proven change'])),
  entry(sampleLive(), {
    against: 'main',
    comparison: { comparable: false, isNew: false, reasons: ['the seed differs: 1, 2'] },
  }),
  entry(sampleSweep(), against([0.0007, 'worse'], [0.0009, 'worse'], [0, 'no proven change'])),
  entry(sampleLive(), against([0, 'no proven change'])),
  entry(sampleClean()),
  broken,
];

test('golden: gate lines, JUnit, step summary', () => {
  golden('gate-lines.golden.txt', renderGateLines(entries, { color: false }));
  golden('junit.golden.xml', renderJUnit(entries));
  golden('junit-strict.golden.xml', renderJUnit(entries, 'fail'));
  golden('github-summary.golden.md', renderGithubSummary(entries));
});

test('the counts of JUnit are those of its elements', () => {
  for (const mode of ['warn', 'fail'] as const) {
    const xml = renderJUnit(entries, mode);
    const root = /<testsuites[^>]*>/.exec(xml)?.[0] ?? '';
    const said = (name: string): number => Number(new RegExp(`${name}="(\\d+)"`).exec(root)?.[1]);
    const seen = (tag: string): number => xml.split(`<${tag}`).length - 1;
    assert.is(said('tests'), seen('testcase'));
    assert.is(said('failures'), seen('failure'));
    assert.is(said('errors'), seen('error '));
    assert.is(said('skipped'), seen('skipped'));
  }
});

const named = (name: string): GateEntry => {
  const live = sampleLive();
  const objectives = live.objectives.map((one) => ({ ...one, name, reason: name }));
  return { ...entry({ ...live, objectives, scenario: { ...live.scenario, name } }), file: name };
};

test('law: no name breaks out of an XML attribute or element', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
      const xml = renderJUnit([named(name)], 'fail');
      assert.not.match(xml, /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
      const withoutTags = xml.replace(/<[?/]?[a-z]+(?: [a-z]+="[^"<>]*")*[?/]?>/gi, '');
      assert.not.match(withoutTags, /[<>]/);
    }),
  );
});

test('law: no name becomes markup, a mention or a table break in the summary', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
      const summary = renderGithubSummary([named(`x${name}y`)]);
      const tags = summary.match(/<[^>]*>/g) ?? [];
      for (const tag of tags) assert.match(tag, /^<\/?(details|summary)>$/);
      const rows = summary.split('\n').filter((line) => line.startsWith('| ✗'));
      for (const row of rows) assert.ok((row.match(/(?<!\\)\|/g) ?? []).length <= 8);
      assert.not.match(summary, /@[A-Za-z]/);
    }),
  );
});

test('the summary stays under its cap and says that it was cut', () => {
  const many = Array.from({ length: 60 }, () => entry(sampleWide()));
  const summary = renderGithubSummary(many);
  assert.ok(Buffer.byteLength(summary) <= 900_000);
  assert.ok(summary.startsWith('### '));
  const small = renderGithubSummary(many, 20_000);
  assert.ok(Buffer.byteLength(small) <= 20_000);
  assert.match(small, /cut here/);
  assert.ok(Buffer.byteLength(renderGithubSummary(many, 300)) <= 300);
});

test('a result without an objective is a case, and says why it is inconclusive', () => {
  const clean = sampleClean();
  const cells = clean.cells.map((cell) => ({ ...cell, objectives: [] }));
  const bare = entry({ ...clean, objectives: [], cells, verdict: 'inconclusive' });
  const warns = renderJUnit([bare]);
  assert.match(warns, /<testsuites name="holdfast" tests="1" failures="0" errors="0" skipped="1" time="3\.200">/);
  assert.match(warns, /name="verdict" time="3\.200"/);
  assert.match(warns, /<skipped message="inconclusive: no objective, so nothing is met or missed"\/>/);
  assert.match(renderJUnit([bare], 'fail'), /tests="1" failures="1" .*<failure type="inconclusive"/s);
  assert.match(renderGateLines([bare], { color: false }), /no objective, so nothing is met or missed/);
  assert.match(
    renderTerminal(bare.result as RunResult, { color: false, width: 200 }),
    /; no objective, so nothing is met/,
  );
});

test('two files with a scenario of one name are told apart by file', () => {
  const shop = (file: string): GateEntry => ({ ...entry(sampleLive()), file });
  const twins = [shop('east/shop.yaml'), shop('west/shop.yaml'), entry(sampleSweep())];
  const name = sampleLive().scenario.name;
  for (const text of [renderJUnit(twins), renderGithubSummary(twins), renderGateLines(twins, { color: false })]) {
    assert.match(text.replaceAll('\\', ''), `${name} (east/shop.yaml)`);
    assert.match(text.replaceAll('\\', ''), `${name} (west/shop.yaml)`);
  }
  const cases = [...renderJUnit(twins).matchAll(/classname="([^"]*)" name="([^"]*)"/g)].map(
    ([, of, one]) => `${of} ${one}`,
  );
  assert.is(new Set(cases).size, cases.length);
  assert.not.match(renderJUnit([shop('east/shop.yaml')]), /\(east/);
});

test.run();
