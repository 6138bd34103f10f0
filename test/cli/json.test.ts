import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, temporaryFolder } from './holdfast.ts';

const out = temporaryFolder();
const escapeCode = String.fromCharCode(27);

test('--json: stdout is one document of the published schema, the same as result.json, and nothing else', async () => {
  const schema = await holdfast(['schema', 'result']);
  assert.is(schema.code, 0);
  const { code, stdout } = await holdfast(['run', scenario('met.yaml'), '--out', out, '--json']);
  assert.is(code, 0);
  const result: unknown = JSON.parse(stdout);
  const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(schema.stdout) as object);
  assert.ok(validate(result), JSON.stringify(validate.errors));
  assert.equal(result, JSON.parse(readFileSync(path.join(out, 'met/result.json'), 'utf8')));
});

test('what a TypeScript scenario prints goes to stderr; commands to copy are quoted where a path needs it', async () => {
  const folder = path.join(temporaryFolder(), 'my plans');
  mkdirSync(folder);
  const file = path.join(folder, 'talks.mjs');
  writeFileSync(
    file,
    `console.log('loading'); process.stdout.write('more');
export default { name: 'talks', run: { duration: '20s', replications: 2 },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } },
  applications: { shop: { group: 'shop' } },
  workload: { users: { application: 'shop', requestsPerSecond: 5 } },
  objectives: { availability: { atLeast: '10%' } } };
`,
  );
  const json = await holdfast(['run', file, '--out', path.join(folder, 'o'), '--json']);
  assert.is((JSON.parse(json.stdout) as { verdict: string }).verdict, 'met');
  const { stdout } = await holdfast(['run', file, '--out', path.join(folder, 'o')]);
  assert.match(stdout, `holdfast replay '${path.join(folder, 'o', 'talks')}'`);
});

test('the schema can refuse: a result without a verdict is none', async () => {
  const schema = await holdfast(['schema', 'result']);
  const result = JSON.parse(readFileSync(path.join(out, 'met/result.json'), 'utf8')) as Record<string, unknown>;
  const { verdict: _, ...rest } = result;
  assert.not.ok(new Ajv({ strict: false }).compile(JSON.parse(schema.stdout) as object)(rest));
});

test('without a terminal there are no colours and no rewritten lines, with NO_COLOR neither', async () => {
  for (const env of [{}, { NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    const { stdout, stderr } = await holdfast(['run', scenario('met.yaml'), '--out', out], { env });
    assert.not.match(stdout + stderr, escapeCode);
    assert.not.match(stdout + stderr, '\r');
  }
});

test('one worker thread or two: result.json is the same, byte for byte', async () => {
  const bytes: string[] = [];
  for (const workers of ['1', '2']) {
    const folder = path.join(out, workers);
    const { code, stderr } = await holdfast(['run', scenario('sweep.yaml'), '--out', folder, '--workers', workers]);
    assert.is(code, 0, stderr);
    bytes.push(readFileSync(path.join(folder, 'sweep/result.json'), 'utf8'));
  }
  assert.is(bytes[0], bytes[1]);
});

test('another seed is another run', async () => {
  const hashes: string[] = [];
  for (const seed of ['a', 'b', 'a']) {
    const { stdout } = await holdfast(['run', scenario('met.yaml'), '--out', out, '--json', '--seed', seed]);
    hashes.push((JSON.parse(stdout) as { eventHash: string }).eventHash);
  }
  assert.is(hashes[0], hashes[2]);
  assert.is.not(hashes[0], hashes[1]);
});

test.run();
