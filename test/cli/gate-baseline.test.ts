import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, temporaryFolder } from './holdfast.ts';

const home = temporaryFolder();
const suite = path.join(home, 'suite');
const out = path.join(home, 'out');
const baseline = path.join(home, 'baseline.json');
mkdirSync(suite, { recursive: true });
for (const name of ['met.yaml']) {
  copyFileSync(scenario(name), path.join(suite, name));
}

const gate = (...args: string[]) => holdfast(['gate', ...args, '--out', out], { cwd: home });

test('a baseline, and the same code again: compared on the same seeds, no loss', async () => {
  const written = await gate('suite/met.yaml', '--baseline', baseline, '--update-baseline');
  assert.is(written.code, 0, written.stderr);
  const again = await gate('./suite/met.yaml', '--baseline', baseline);
  assert.is(again.code, 0);
  assert.match(again.stdout, 'the same as baseline.json');
});

/** The scenario with one text replaced, gated, and as it was again. */
async function changed(from: string, to: string, ...args: string[]) {
  const file = path.join(suite, 'met.yaml');
  const before = readFileSync(file, 'utf8');
  assert.ok(before.includes(from), from);
  writeFileSync(file, before.replace(from, to));
  try {
    return await gate('suite/met.yaml', '--baseline', baseline, ...args);
  } finally {
    writeFileSync(file, before);
  }
}

test('a change of the scenario that makes it worse is a proven loss, though the objective is met', async () => {
  const { code, stdout } = await changed('for: 20s', 'for: 30s');
  assert.is(code, 1, stdout);
  assert.match(stdout, /proven worse; the scenario changed: faults/);
  assert.match(stdout, 'gate: 1 missed');
  const better = await changed('paris: 1', 'paris: 2');
  assert.is(better.code, 0, better.stdout);
  assert.match(better.stdout, /proven better; the scenario changed: topology/);
});

test('other requests cannot be paired: inconclusive, exit 3, or 0 where that only warns', async () => {
  const [from, to] = ['requestsPerSecond: 10', 'requestsPerSecond: 12'];
  const { code, stdout } = await changed(from, to);
  assert.is(code, 3);
  assert.match(stdout, 'not comparable to baseline.json: the workload differs');
  assert.match(stdout, 'gate: 1 inconclusive');
  assert.match(readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8'), '<failure type="inconclusive"');
  assert.is((await changed(from, to, '--on-inconclusive', 'warn')).code, 0);
});

test('a baseline is found from another working folder; a scenario it has not is new, which is a pass and counted', async () => {
  const there = await holdfast(['gate', 'met.yaml', '--baseline', '../baseline.json', '--out', out], { cwd: suite });
  assert.is(there.code, 0);
  assert.match(there.stdout, 'the same as baseline.json');
  copyFileSync(path.join(suite, 'met.yaml'), path.join(suite, 'other.yaml'));
  const { code, stdout, stderr } = await gate('suite/other.yaml', '--baseline', baseline);
  assert.is(code, 0);
  assert.match(stdout, 'gate: 1 met; 1 new, not in baseline.json');
  assert.match(stderr, 'and not run: suite/met.yaml');
});

/** A baseline whose runs lost half as much, by other events. */
function halved(text: string): string {
  const stored = JSON.parse(text) as {
    runs: Record<string, { result: { cells: Array<{ perReplication: number[]; eventHash: string }> } }>;
  };
  for (const cell of Object.values(stored.runs).flatMap(({ result }) => result.cells)) {
    cell.perReplication = cell.perReplication.map((loss) => loss / 2);
    cell.eventHash = 'a'.repeat(64);
  }
  return JSON.stringify(stored);
}

test('better numbers in the baseline on the same seeds are a proven loss: exit 1, though the objective is met', async () => {
  const doctored = path.join(home, 'doctored.json');
  writeFileSync(doctored, halved(readFileSync(baseline, 'utf8')));
  const { code, stdout } = await gate('suite/met.yaml', '--baseline', doctored);
  assert.is(code, 1);
  assert.match(stdout, /✗ {2}met/);
  assert.match(readFileSync(path.join(out, 'TEST-holdfast.xml'), 'utf8'), '<failure type="worse"');
});

test('the same scenario in two files runs once and is stored and compared under both names', async () => {
  const folder = path.join(home, 'twins');
  const stored = path.join(folder, 'stored.json');
  mkdirSync(folder);
  const [first, second] = ['a-copy.yaml', 'met.yaml'].map((name) => path.join(folder, name)) as [string, string];
  copyFileSync(scenario('met.yaml'), second);
  const lost = await gate(second, '--baseline', stored, '--update-baseline');
  assert.is(lost.code, 0, lost.stderr);
  const alone = JSON.parse(readFileSync(stored, 'utf8')) as { runs: Record<string, unknown> };
  assert.equal(Object.keys(alone.runs), ['met.yaml']);
  // the twin that runs first is new, and the other one lost: what it lost must be told
  copyFileSync(second, first);
  writeFileSync(stored, halved(readFileSync(stored, 'utf8')));
  const worse = await gate('twins', '--baseline', stored);
  assert.match(worse.stderr, 'it runs once');
  assert.is(worse.code, 1, worse.stdout);
  assert.match(worse.stdout, /✗ {2}met \(twins\/met\.yaml\)/);
  assert.match(worse.stdout, 'gate: 1 missed, 1 met; 1 new, not in stored.json');
  // both are stored, so that neither is new once they differ
  const both = await gate('twins', '--baseline', stored, '--update-baseline');
  assert.is(both.code, 0, both.stderr);
  assert.match(both.stdout, 'gate: 1 met');
  const { runs } = JSON.parse(readFileSync(stored, 'utf8')) as { runs: Record<string, unknown> };
  assert.equal(Object.keys(runs).sort(), ['a-copy.yaml', 'met.yaml']);
  writeFileSync(second, readFileSync(second, 'utf8').replace('for: 20s', 'for: 30s'));
  const apart = await gate('twins', '--baseline', stored);
  assert.is(apart.code, 1, apart.stdout);
  assert.match(apart.stdout, 'proven worse; the scenario changed: faults');
});

test('a baseline that is missing, damaged or of another version: what to do, exit 2, nothing run', async () => {
  const damaged = path.join(home, 'damaged.json');
  const otherFormat = readFileSync(baseline, 'utf8').replace('"schemaVersion":1', '"schemaVersion":9');
  for (const text of ['{', 'null', '{"baselineVersion":1,"results":{}}', otherFormat]) {
    writeFileSync(damaged, text);
    const { code, stderr } = await gate('suite/met.yaml', '--baseline', damaged);
    assert.is(code, 2, text);
    assert.match(stderr, 'make one with --update-baseline');
  }
  assert.is((await gate('suite/met.yaml', '--baseline', path.join(home, 'none.json'))).code, 2);
});

test('a baseline is not written when a scenario could not run', async () => {
  copyFileSync(scenario('several-problems.yaml'), path.join(home, 'bad.yaml'));
  const file = path.join(home, 'partial.json');
  const { code, stderr } = await gate('bad.yaml', 'suite/met.yaml', '--baseline', file, '--update-baseline');
  assert.is(code, 2);
  assert.match(stderr, 'was not written');
  assert.not.ok(existsSync(file));
});

test.run();
