import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { code, read, sources } from './source-tree.ts';

/** Only these touch wall clock, chance, timers and processes. */
const liveAdapters = ['proxy/node/', 'sim/live/', 'sim/toxics/', 'sim/cli/', 'sim/virtual/drain.ts'];

const worldTouches =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bsetTimeout\(|\bsetInterval\(|\bsetImmediate\(|\bqueueMicrotask\(|\bAbortSignal\.timeout|\bprocess\.(?!argv\b)/;
const powers = /\bMath\.pow\(|[^*/]\*\*[^*/]/;

function offences(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    code(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const product = ['proxy', 'sim', 'reports', 'scenarios'].flatMap(sources);

test('clocks, chance, timers and process stay in the live adapters', () => {
  const cores = product.filter((file) => !liveAdapters.some((adapter) => file.startsWith(adapter)));
  assert.equal(offences(cores, worldTouches), []);
});

test('no powers: they differ by one bit between V8 versions', () => {
  assert.equal(offences(product, powers), []);
});

test('secrets never come from seeded chance: proxy roles use Crypto for ids', () => {
  const roles = sources('proxy').filter((file) => !file.startsWith('proxy/host/'));
  assert.equal(offences(roles, /random\w*\.(u32|next|below)\(.*\b(state|nonce|secret|session|token)\b/i), []);
});

test('no folder or file named util, helpers, common or misc', () => {
  assert.equal(
    [...product, ...sources('test')].filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts|-)/.test(file)),
    [],
  );
});

test('every test file runs its tests', () => {
  const silent = sources('test').filter((file) => file.endsWith('.test.ts') && !/\.run\(\);\s*$/.test(read(file)));
  assert.equal(silent, []);
});

test('a ban can fail', () => {
  assert.ok(worldTouches.test('const t = Date.now();'));
  assert.ok(powers.test('x = 10 ** 3'));
  assert.not.ok(powers.test('/** doc **/'));
});

test.run();
