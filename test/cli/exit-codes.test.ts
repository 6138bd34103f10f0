import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasStack, holdfast, main, scenario, start, temporaryFolder } from './holdfast.ts';
import { until } from './live-processes.ts';

const out = temporaryFolder();

test('0: every objective met; the folder holds plan, result and report, and stdout names them', async () => {
  const { code, stdout, stderr } = await holdfast(['run', scenario('met.yaml'), '--out', out]);
  assert.is(code, 0, stderr);
  assert.equal(readdirSync(path.join(out, 'met')).sort(), ['plan.json', 'report.html', 'result.json']);
  assert.match(stdout, path.join(out, 'met', 'report.html'));
  assert.match(stdout, `holdfast replay ${path.join(out, 'met')}`);
  assert.match(stdout, /✓ .*meeting the objective/);
});

test('a folder that holds the run of another file of that name, or of the other engine: said before it is replaced', async () => {
  const folder = path.join(out, 'twice');
  const [here, there] = [path.join(out, 'a'), path.join(out, 'b')].map((place) => {
    mkdirSync(place, { recursive: true });
    copyFileSync(scenario('met.yaml'), path.join(place, 'met.yaml'));
    return path.join(place, 'met.yaml');
  });
  assert.not.match((await holdfast(['run', here ?? '', '--out', folder])).stderr, 'holds the');
  assert.not.match((await holdfast(['run', here ?? '', '--out', folder])).stderr, 'holds the');
  assert.match((await holdfast(['run', there ?? '', '--out', folder])).stderr, `holds the virtual run of ${here}`);
  const record = path.join(folder, 'met/plan.json');
  writeFileSync(record, readFileSync(record, 'utf8').replace('"engine": "virtual"', '"engine": "live"'));
  const other = await holdfast(['run', there ?? '', '--out', folder]);
  assert.match(other.stderr, `holds the live run of ${there}, which this virtual one replaces`);
});

test('1: an objective is missed', async () => {
  const { code, stdout } = await holdfast(['run', scenario('missed.yaml'), '--out', out]);
  assert.is(code, 1);
  assert.match(stdout, /✗ .*missing the objective/);
});

test('2: a scenario with problems; nothing is written', async () => {
  const { code, stdout, stderr } = await holdfast(['run', scenario('several-problems.yaml'), '--out', out]);
  assert.is(code, 2);
  assert.is(stdout, '');
  assert.match(stderr, 'ERR_SCENARIO_UNKNOWN_NAME');
  assert.not.ok(existsSync(path.join(out, 'several-problems')));
});

test('3: too few replications to tell', async () => {
  const { code, stdout } = await holdfast(['run', scenario('inconclusive.yaml'), '--out', out]);
  assert.is(code, 3);
  assert.match(stdout, '? inconclusive');
});

test('4: the harness cannot do its work: no Toxiproxy where one was named', async () => {
  const nowhere = 'http://127.0.0.1:9';
  const live = ['run', scenario('live.yaml'), '--engine', 'live', '--out', out, '--toxiproxy', nowhere];
  const { code, stderr } = await holdfast(live);
  assert.is(code, 4, stderr);
  assert.match(stderr, 'ERR_TOXIPROXY');
  assert.match(stderr, nowhere);
  assert.not.ok(hasStack(stderr), stderr);
});

test('4: output that cannot be written; a reader that has seen enough is no error', () => {
  const shell = (script: string) =>
    spawnSync('bash', ['-c', script, process.execPath, main, scenario('met.yaml')], { encoding: 'utf8' });
  const full = shell('"$0" "$1" explain "$2" > /dev/full');
  assert.is(full.status, 4, full.stderr);
  assert.match(full.stderr, 'ERR_OUTPUT');
  assert.not.ok(hasStack(full.stderr), full.stderr);
  const enough = shell('set -o pipefail; "$0" "$1" schema | head -1');
  assert.is(enough.status, 0, enough.stderr);
  assert.is(enough.stderr, '');
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${code}: ${signal} ends a virtual run early; what there is is written and marked partial`, async () => {
    const folder = path.join(out, signal);
    const running = start(['run', scenario('long.yaml'), '--out', folder, '--workers', '1']);
    // the folder is made when signals are listened to; then some time to get on with
    assert.ok(await until(() => existsSync(path.join(folder, 'long')), 60_000));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    running.child.kill(signal);
    const end = await running.ended;
    assert.is(end.code, code, end.stderr);
    assert.not.ok(hasStack(end.stderr), end.stderr);
    assert.match(end.stderr, 'stopping');
    // interrupted before the first replication there is nothing to write, else a result that says so
    if (end.stdout === '') {
      assert.match(end.stderr, 'nothing was written');
      assert.not.ok(existsSync(path.join(folder, 'long')));
    } else assert.match(end.stdout, /Interrupted:\s+this\s+result\s+is\s+partial/);
  });
}

test.run();
