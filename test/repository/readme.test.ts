import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { anchorsOf, blocksOf, commandsOf, linksOf } from './readme-blocks.ts';
import { root } from './source-tree.ts';

/** Commands that are not run here, and who runs them instead. */
const elsewhere: ReadonlyArray<readonly [command: RegExp, reason: string]> = [
  [/^npm ci && npx holdfast run /, 'a clean install of the working tree; .ci/run does both halves'],
  [/^npm ci && npm test$/, 'this very suite; .ci/run runs it'],
  [/^npm ci$/, '.ci/run'],
  [/^npm test$/, '.ci/run'],
  [/^npm run (check|bench|conformance)$/, 'types and lint: .ci/run; speed and conformance need a quiet machine'],
  [/^\.ci\/run$/, 'the gate itself'],
  [/ --engine live\b/, 'test/cli/live.test.ts runs a shorter one with real processes'],
];

/** Exit codes that mean the command did its work. A verdict on shortened scenarios may be any. */
const worked: Readonly<Record<string, readonly number[]>> = { run: [0, 1, 3], gate: [0, 1, 3] };

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-readme-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
shortScenarios();

/** Copies of the shipped scenarios with two replications, at most two minutes, and one value an axis. */
function shortScenarios(): void {
  cpSync(path.join(root, 'scenarios'), path.join(folder, 'scenarios'), { recursive: true });
  rmSync(path.join(folder, 'scenarios/typescript'), { recursive: true });
  for (const name of readdirSync(path.join(folder, 'scenarios'))) {
    const file = path.join(folder, 'scenarios', name);
    const scenario = parse(readFileSync(file, 'utf8')) as {
      run: { duration: string; replications: unknown };
      sweep?: Record<string, unknown[]>;
      faults?: { schedule?: Array<{ at: string; for?: string }> };
    };
    scenario.run.duration = '2m';
    scenario.run.replications = 2;
    for (const fault of scenario.faults?.schedule ?? []) {
      fault.at = '20s';
      if (fault.for !== undefined) fault.for = '30s';
    }
    for (const [axis, values] of Object.entries(scenario.sweep ?? {})) {
      if (scenario.sweep !== undefined) scenario.sweep[axis] = values.slice(0, 1);
    }
    writeFileSync(file, stringify(scenario));
  }
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

const readme = blocksOf('README.md');

test('the README has the two commands, each complete in a clone', () => {
  const commands = readme.filter(({ language }) => language === 'sh').flatMap(commandsOf);
  assert.ok(commands.includes('npm ci && npx holdfast run scenarios/connector-crash.yaml'));
  assert.ok(commands.includes('npm ci && npm test'));
});

for (const block of [...readme, ...blocksOf('CONTRIBUTING.md')].filter(({ language }) => language === 'sh')) {
  for (const command of commandsOf(block)) {
    const skip = elsewhere.find(([pattern]) => pattern.test(command));
    if (skip !== undefined) {
      console.log(`skipped: ${block.file}: ${command} (${skip[1]})`);
      continue;
    }
    test(`${block.file}:${block.line}: ${command}`, async () => {
      const [program, ...args] = command.split(/\s+/);
      if (program === 'node') {
        // the runner with its filters: it must take them; running the files again here would be the suite twice
        assert.ok(existsSync(path.join(root, args[0] ?? '')), command);
        return;
      }
      assert.is(`${program} ${args[0]}`, 'npx holdfast', 'a command this test cannot run');
      const main = path.join(root, 'dist/sim/cli/main.js');
      const { code, output } = await run(process.execPath, [main, ...args.slice(1)]);
      assert.ok((worked[args[1] ?? ''] ?? [0]).includes(code ?? -1), `exit ${code}\n${output}`);
    });
  }
}

/** Folders of results that commands read after a command that is not run here has replaced them. */
function readAfterSkipped(commands: readonly string[]): string[] {
  const skipped = new Set<string>();
  return commands.filter((command) => {
    const [, file = '', out = 'out'] = /holdfast run (\S+)(?:.* --out (\S+))?/.exec(command) ?? [];
    const place = `${out}/${path.basename(file, path.extname(file))}`;
    const isSkipped = elsewhere.some(([pattern]) => pattern.test(command));
    if (file !== '' && isSkipped) skipped.add(place);
    else if (file !== '') skipped.delete(place);
    return !isSkipped && [...skipped].some((folder) => command.split(' ').includes(folder));
  });
}

test('no command of a block reads results that a command skipped here has made: the test would pass on others', () => {
  const live = 'npx holdfast run a/shop.yaml --engine live';
  const replay = 'npx holdfast replay out/shop';
  assert.equal(readAfterSkipped(['npx holdfast run a/shop.yaml', live, replay]), [replay], 'it can fail');
  assert.equal(readAfterSkipped([`${live} --out out/live`, replay]), []);
  for (const block of readme) assert.equal(readAfterSkipped(commandsOf(block)), []);
});

for (const [index, block] of readme.filter(({ language }) => language === 'yaml').entries()) {
  test(`README.md:${block.line}: the YAML is a scenario that runs`, async () => {
    const file = path.join(folder, `readme-${index}.yaml`);
    writeFileSync(file, `${block.text}\n`);
    const { code, output } = await run(process.execPath, [path.join(root, 'dist/sim/cli/main.js'), 'run', file]);
    assert.ok([0, 1, 3].includes(code ?? -1), output);
  });
}

for (const [index, block] of readme.filter(({ language }) => language === 'ts').entries()) {
  test(`README.md:${block.line}: the TypeScript is a scenario that runs`, async () => {
    // below the repository, so that `holdfast` is this package, as it is in a project that installed it
    const file = path.join(root, 'dist', `readme-${process.pid}-${index}.ts`);
    writeFileSync(file, `${block.text}\n`);
    try {
      const { code, output } = await run(process.execPath, [path.join(root, 'dist/sim/cli/main.js'), 'run', file]);
      assert.ok([0, 1, 3].includes(code ?? -1), output);
    } finally {
      rmSync(file, { force: true });
    }
  });
}

test('every block has a language that a test knows', () => {
  const known = ['sh', 'yaml', 'ts', 'json', ''];
  assert.equal(
    readme.filter(({ language }) => !known.includes(language)).map(({ line, language }) => `${line}: ${language}`),
    [],
  );
});

test('links of every document lead to a file that exists, and to a heading that is there', () => {
  const broken = documents.flatMap((document) =>
    linksOf(document).flatMap(({ target, anchor }) => {
      const file = target === '' ? document : path.join(path.dirname(document), target);
      if (!existsSync(path.join(root, file))) return [`${document}: ${target}`];
      const lost = anchor !== '' && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
      return lost ? [`${document}: ${target}#${anchor}`] : [];
    }),
  );
  assert.equal(broken, []);
});

test('the link check can fail', () => {
  assert.ok(linksOf('README.md').some(({ target }) => target === 'ARCHITECTURE.md'));
  assert.not.ok(anchorsOf('README.md').includes('no-such-heading'));
  assert.ok(anchorsOf('README.md').includes('in-ci'));
});

test.run();
