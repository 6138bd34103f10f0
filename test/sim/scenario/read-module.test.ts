import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Micros, seconds } from '../../../proxy/host/units.ts';
import { LiveClock } from '../../../proxy/node/clock.ts';
import { loadScenarioFile } from '../../../sim/live/load-scenario.ts';
import { scenarioDigest } from '../../../sim/plan/digest.ts';
import { defineScenario } from '../../../sim/scenario/define.ts';
import { evaluateModule } from '../../../sim/scenario/evaluate.ts';
import { ScenarioError } from '../../../sim/scenario/problem.ts';
import { readModuleScenario } from '../../../sim/scenario/read-module.ts';
import { read, smallInput } from './small-scenario.ts';

const failure = (exported: unknown): ScenarioError => {
  try {
    readModuleScenario(exported, 'shop.ts', (definedIn) => `${path.basename(definedIn)} of shop.ts`);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('was read');
};

test('a defined scenario is the plain data, and its mark is no part of it', () => {
  const defined = defineScenario({ ...smallInput });
  assert.equal(JSON.parse(JSON.stringify(defined)), smallInput);
  assert.is(scenarioDigest(readModuleScenario(defined, 'x.ts')), scenarioDigest(read(smallInput)));
});

test('a problem names its path and the line of defineScenario', () => {
  const error = failure(defineScenario({ ...smallInput, workload: {} }));
  assert.match(error.message, /--> read-module\.test\.[jt]s of shop\.ts:\d+:\d+ \(workload\)/);
  assert.ok((error.problems[0]?.line ?? 0) > 10);
});

test('a problem is placed in the file that calls defineScenario, by a name beside that of the scenario', async () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-scenario-')));
  const at = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  const told = (name: string, shown: string): Promise<readonly (string | number | null)[]> =>
    evaluateModule({ file: path.join(folder, name), shown }, new LiveClock()).then(
      () => [],
      (error: ScenarioError) => error.problems.map(({ file, line }) => `${file}:${line}`),
    );
  try {
    const bad = JSON.stringify({ ...smallInput, workload: {} });
    const head = "import { defineScenario } from 'holdfast';\n";
    mkdirSync(path.join(folder, 'shared'));
    at('shared/shop.mjs', `${head}\n\nexport const shop = () => defineScenario(${bad});\n`);
    at('two.mjs', "import { shop } from './shared/shop.mjs';\nexport default shop();\n");
    at('own.mjs', `${head}export default defineScenario(${bad});\n`);
    at('plain.mjs', `export default ${bad};\n`);
    symlinkSync(path.join(folder, 'own.mjs'), path.join(folder, 'linked.mjs'));
    assert.equal(await told('two.mjs', 'scenarios/two.mjs'), ['scenarios/shared/shop.mjs:4']);
    assert.equal(await told('own.mjs', './own.mjs'), ['./own.mjs:2']);
    assert.equal(await told('linked.mjs', 'linked.mjs'), ['linked.mjs:2']);
    assert.equal(await told('plain.mjs', 'plain.mjs'), ['plain.mjs:null']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what is no data is refused: functions, dates, cycles, promises, nothing at all', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const stranger of [() => 1, new Date(0), cycle, Promise.resolve(1)]) {
    const [first] = failure({ ...smallInput, description: stranger }).problems;
    assert.is(first?.code, 'ERR_SCENARIO_DATA');
  }
  for (const nothing of [undefined, null, 'text']) assert.is(failure(nothing).problems[0]?.code, 'ERR_SCENARIO_EXPORT');
});

test('files: TypeScript, JavaScript and JSON load; a broken one, a missing one and a stranger are coded errors', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-scenario-'));
  const at = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const code = (file: string) =>
    loadScenarioFile(file).then(
      () => 'read',
      (error: { code: string }) => error.code,
    );
  try {
    const data = JSON.stringify(smallInput);
    const digest = scenarioDigest(read(smallInput));
    for (const file of [
      at('a.ts', `const scenario: { name: string } = ${data};\nexport default scenario;\n`),
      at('b.mjs', `export default ${data};\n`),
      at('c.json', data),
    ]) {
      assert.is(scenarioDigest(await loadScenarioFile(file)), digest, file);
    }
    assert.is(await code(at('d.ts', 'export default {{{')), 'ERR_SCENARIO_FILE');
    assert.is(await code(at('e.mjs', 'throw new Error("no")')), 'ERR_SCENARIO_FILE');
    assert.is(await code(path.join(folder, 'missing.yaml')), 'ERR_SCENARIO_FILE');
    assert.is(await code(at('f.txt', data)), 'ERR_SCENARIO_FILE');
    assert.is(await code(at('nul.yaml', 'name: a\u0000b\n')), 'ERR_SCENARIO_FILE');
    writeFileSync(path.join(folder, 'latin.yaml'), Buffer.from('name: caf\u00e9\n', 'latin1'));
    assert.is(await code(path.join(folder, 'latin.yaml')), 'ERR_SCENARIO_FILE');
    assert.is(await code(at('g.mjs', 'export const x = 1;')), 'ERR_SCENARIO');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a scenario anywhere imports holdfast; one that ends its process, never ends or misses a package is told so', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-scenario-'));
  const evaluate = async (name: string, text: string, limit?: Micros): Promise<string> => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return evaluateModule({ file, shown: name }, new LiveClock(), limit).then(
      (scenario) => scenario.name,
      (error: { code: string; message: string; hint: string }) => `${error.code} ${error.message} | ${error.hint}`,
    );
  };
  const define = `import { defineScenario } from 'holdfast';\nexport default defineScenario(${JSON.stringify(smallInput)});\n`;
  try {
    for (const name of ['a.ts', 'a.mts', 'a.mjs']) assert.is(await evaluate(name, define), 'small');
    assert.match(
      await evaluate('exit.ts', 'process.exit(0);'),
      /^ERR_SCENARIO_FILE cannot load exit\.ts: it ended its process/,
    );
    assert.match(await evaluate('loop.ts', 'for (;;);', seconds(1)), 'it did not end within 1 s');
    for (const name of ['p.ts', 'p.mjs']) {
      assert.match(await evaluate(name, `import '@some/where/deep';\n${define}`), /\| npm install @some\/where,/);
      assert.match(await evaluate(name, `import './nowhere.ts';\n${define}`), /\| check the path of the import/);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what keeps a program from loading is told with line and column', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-scenario-'));
  const told = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    const error = await loadScenarioFile(file).catch((one: Error) => one);
    return (error as Error).message.replace(file, name);
  };
  try {
    const typo = 'const rate = 1;\n\nexport default { name: "typo",\n  run: rat };\n';
    assert.match(await told('typo.ts', typo), /^cannot load typo\.ts:4:\d+: rat is not defined$/);
    assert.match(await told('typo.mjs', typo), /^cannot load typo\.mjs:4:\d+: rat is not defined$/);
    const comma = 'export default {\n  name: "comma"\n  run: {} };\n';
    assert.match(await told('comma.ts', comma), /^cannot load comma\.ts:3(:\d+)?: \S/);
    assert.match(await told('comma.mjs', comma), /^cannot load comma\.mjs:3(:\d+)?: \S/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
