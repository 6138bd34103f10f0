import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, temporaryFolder } from './holdfast.ts';

const home = temporaryFolder();
const out = path.join(home, 'out');

test('a baseline holds figures and no drawings', async () => {
  const file = path.join(home, 'sweep-baseline.json');
  const swept = path.join(home, 'sweep.yaml');
  copyFileSync(scenario('sweep.yaml'), swept);
  const args = ['gate', swept, '--baseline', file, '--update-baseline', '--out', out];
  const { stderr } = await holdfast(args, { cwd: home });
  const drawn = JSON.parse(readFileSync(path.join(out, 'sweep/result.json'), 'utf8')) as Record<string, unknown>;
  for (const drawing of ['timeline', 'contrast']) assert.type(drawn[drawing], 'object', stderr);
  for (const drawing of ['timeline', 'contrast']) assert.is.not(drawn[drawing], null, stderr);
  const { runs } = JSON.parse(readFileSync(file, 'utf8')) as { runs: Record<string, { result: typeof drawn }> };
  const stored = runs['sweep.yaml']?.result;
  assert.is(stored?.['timeline'], null);
  assert.is(stored?.['contrast'], null);
});

test('a baseline that cannot be written is found before anything runs', async () => {
  const taken = path.join(home, 'taken.json');
  mkdirSync(taken);
  const args = ['gate', scenario('met.yaml'), '--baseline', taken, '--update-baseline', '--out', 'fresh'];
  const { code, stderr } = await holdfast(args, { cwd: home });
  assert.is(code, 2, stderr);
  assert.match(stderr, 'the baseline cannot be written to');
  assert.not.ok(existsSync(path.join(home, 'fresh')), 'nothing ran');
  assert.match(stderr, 'hint: name another file with --baseline');
});

test.run();
