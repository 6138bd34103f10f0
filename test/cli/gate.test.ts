import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, temporaryFolder } from './holdfast.ts';

const home = temporaryFolder();
const suite = path.join(home, 'suite');
const out = path.join(home, 'out');
const baseline = path.join(home, 'baseline.json');
mkdirSync(path.join(suite, 'deeper'), { recursive: true });
for (const name of ['met.yaml', 'missed.yaml', 'inconclusive.yaml']) {
  copyFileSync(scenario(name), path.join(suite, name));
}

const gate = (...args: string[]) => holdfast(['gate', ...args, '--out', out], { cwd: home });

test('a folder: a line each, JUnit, a GitHub step summary, a folder of results each, the worst code', async () => {
  const summary = path.join(home, 'summary.md');
  const { code, stdout, stderr } = await holdfast(['gate', 'suite', '--out', out], {
    cwd: home,
    env: { GITHUB_STEP_SUMMARY: summary },
  });
  assert.is(code, 1, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.is(lines.length, 4);
  assert.match(lines[0] ?? '', /^\? {2}inconclusive/);
  assert.match(lines[1] ?? '', /^✓ {2}met/);
  assert.match(lines[2] ?? '', /^✗ {2}missed/);
  assert.is(lines[3], 'gate: 1 missed, 1 inconclusive, 1 met');
  const junit = readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8');
  assert.match(junit, '<testsuites name="holdfast" tests="3" failures="2" errors="0"');
  assert.match(readFileSync(summary, 'utf8'), /^### /);
  for (const name of ['met', 'missed', 'inconclusive']) assert.ok(existsSync(path.join(out, name, 'report.html')));
});

test('missed beats inconclusive, which is exit 3 or, with warn, exit 0; met alone is exit 0', async () => {
  assert.is((await gate('suite/met.yaml', 'suite/inconclusive.yaml')).code, 3);
  assert.is((await gate('suite/met.yaml', 'suite/inconclusive.yaml', '--on-inconclusive', 'warn')).code, 0);
  assert.match(readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8'), '<skipped message="inconclusive');
  assert.is((await gate('suite/met.yaml')).code, 0);
});

test('a bad scenario is a line and a JUnit error; the others still run; exit 2', async () => {
  copyFileSync(scenario('several-problems.yaml'), path.join(home, 'bad.yaml'));
  const { code, stdout } = await gate('bad.yaml', 'suite/met.yaml');
  assert.is(code, 2);
  assert.match(stdout, 'gate: 1 could not run, 1 met');
  const junit = readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8');
  assert.match(junit, '<error type="ERR_SCENARIO"');
});

test('the same scenario in YAML and TypeScript runs once', async () => {
  const twin = path.join(suite, 'deeper/twin.yaml');
  copyFileSync(scenario('met.yaml'), twin);
  const { stdout, stderr } = await gate('suite/met.yaml', 'suite/deeper');
  assert.match(stderr, 'is the same scenario as');
  assert.match(stdout, 'gate: 1 met');
  writeFileSync(twin, readFileSync(twin, 'utf8').replace('name: met', 'name: twin'));
  await gate('suite/met.yaml', 'suite/deeper');
  assert.ok(existsSync(path.join(out, 'twin/report.html')));
});

test('a baseline, and the same code again: compared on the same seeds, no loss', async () => {
  const written = await gate('suite/met.yaml', '--baseline', baseline, '--update-baseline');
  assert.is(written.code, 0, written.stderr);
  const again = await gate('./suite/met.yaml', '--baseline', baseline);
  assert.is(again.code, 0);
  assert.match(again.stdout, 'the same as baseline.json');
});

test('a baseline of a scenario that changed since is not compared, and the line says so', async () => {
  const file = path.join(suite, 'met.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace('requestsPerSecond: 10', 'requestsPerSecond: 12'));
  const { code, stdout } = await gate('suite/met.yaml', '--baseline', baseline);
  writeFileSync(file, before);
  assert.is(code, 0);
  assert.match(stdout, 'the scenario digest differs');
});

test('better numbers in the baseline on the same seeds are a proven loss: exit 1, though the objective is met', async () => {
  const stored = JSON.parse(readFileSync(baseline, 'utf8')) as {
    results: Record<string, { cells: Array<{ perReplication: number[]; eventHash: string }> }>;
  };
  for (const cell of stored.results['suite/met.yaml']?.cells ?? []) {
    cell.perReplication = cell.perReplication.map((loss) => loss / 2);
    cell.eventHash = 'a'.repeat(64);
  }
  const doctored = path.join(home, 'doctored.json');
  writeFileSync(doctored, JSON.stringify(stored));
  const { code, stdout } = await gate('suite/met.yaml', '--baseline', doctored);
  assert.is(code, 1);
  assert.match(stdout, /✗ {2}met/);
  assert.match(readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8'), '<failure type="worse"');
});

test('a baseline that is missing, damaged or of another version: what to do, exit 2, nothing run', async () => {
  const damaged = path.join(home, 'damaged.json');
  for (const text of ['{', 'null', '{"baselineVersion":9,"results":{}}']) {
    writeFileSync(damaged, text);
    const { code, stderr } = await gate('suite/met.yaml', '--baseline', damaged);
    assert.is(code, 2, text);
    assert.match(stderr, 'make one with --update-baseline');
  }
  assert.is((await gate('suite/met.yaml', '--baseline', path.join(home, 'none.json'))).code, 2);
});

test('a baseline is not written when a scenario could not run', async () => {
  const file = path.join(home, 'partial.json');
  const { code, stderr } = await gate('bad.yaml', 'suite/met.yaml', '--baseline', file, '--update-baseline');
  assert.is(code, 2);
  assert.match(stderr, 'was not written');
  assert.not.ok(existsSync(file));
});

test.run();
