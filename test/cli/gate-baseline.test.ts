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
  copyFileSync(scenario('several-problems.yaml'), path.join(home, 'bad.yaml'));
  const file = path.join(home, 'partial.json');
  const { code, stderr } = await gate('bad.yaml', 'suite/met.yaml', '--baseline', file, '--update-baseline');
  assert.is(code, 2);
  assert.match(stderr, 'was not written');
  assert.not.ok(existsSync(file));
});

test.run();
