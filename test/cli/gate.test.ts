import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasStack, holdfast, scenario, temporaryFolder } from './holdfast.ts';

const home = temporaryFolder();
const suite = path.join(home, 'suite');
const out = path.join(home, 'out');
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

test('a step summary or a JUnit file that cannot be written is found before anything runs', async () => {
  const nowhere = path.join(home, 'nowhere/summary.md');
  const bad = await holdfast(['gate', 'suite/met.yaml', '--out', 'fresh'], {
    cwd: home,
    env: { GITHUB_STEP_SUMMARY: nowhere },
  });
  assert.is(bad.code, 2, bad.stderr);
  for (const text of ['ERR_FILE_OUT', nowhere, 'hint: GITHUB_STEP_SUMMARY names this file']) {
    assert.ok(bad.stderr.includes(text), bad.stderr);
  }
  assert.not.ok(hasStack(bad.stderr), bad.stderr);
  assert.not.ok(existsSync(path.join(home, 'fresh')), 'nothing ran');
  const taken = path.join(home, 'taken');
  mkdirSync(path.join(taken, 'TEST-holdfast.xml'), { recursive: true });
  const folder = await holdfast(['gate', 'suite/met.yaml', '--out', taken], { cwd: home });
  assert.is(folder.code, 2, folder.stderr);
  assert.match(folder.stderr, 'the JUnit file cannot be written to');
  assert.match(folder.stderr, 'it is a folder');
  assert.not.ok(existsSync(path.join(taken, 'met')), 'nothing ran');
});

test('a place that becomes unwritable during the run hides no verdict and no other output', async () => {
  // every write to this device fails, as on a full disk
  const { code, stdout, stderr } = await holdfast(['gate', 'suite/missed.yaml', '--out', out], {
    cwd: home,
    env: { GITHUB_STEP_SUMMARY: '/dev/full' },
  });
  assert.is(code, 2, stderr);
  assert.match(stdout, 'gate: 1 missed');
  assert.match(stderr, 'the step summary cannot be written to /dev/full');
  assert.not.ok(hasStack(stderr), stderr);
  assert.match(readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8'), 'tests="1"');
});

test('results that cannot be stored are the line of their scenario, and no bug', async () => {
  const half = path.join(home, 'half');
  mkdirSync(path.join(half, 'met/plan.json.partial'), { recursive: true });
  const { code, stdout, stderr } = await holdfast(['gate', 'suite/met.yaml', '--out', half], { cwd: home });
  assert.is(code, 2, stderr);
  assert.match(stdout, 'ERR_FILE_OUT: results cannot be written to');
  assert.not.ok(hasStack(stderr), stderr);
});

test.run();
