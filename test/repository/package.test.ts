import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { read, root } from './source-tree.ts';

/**
 * The tarball as somebody installs it: packed, unpacked into node_modules of an empty folder, and its dependencies linked
 * from here instead of fetched, so that the test is quick and needs no network.
 */
const execute = promisify(execFile);
const home = mkdtempSync(path.join(tmpdir(), 'holdfast-package-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
const installed = path.join(home, 'node_modules/holdfast');
const manifest = JSON.parse(read('package.json')) as {
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
};

/** Files of the package, with `/`. */
let files: readonly string[] = [];

async function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    const { stdout, stderr } = await execute(program, [...args], { cwd: home, env, timeout: 200_000 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

test.before(async () => {
  // `npm run build` does this; a bare compile does not
  if (!existsSync(path.join(root, 'dist/schema.json'))) {
    await execute(process.execPath, [path.join(root, 'dist/sim/cli/finish-build.js')]);
  }
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', home], { cwd: root });
  const [tarball] = readdirSync(home).filter((name) => name.endsWith('.tgz'));
  assert.ok(tarball);
  mkdirSync(installed, { recursive: true });
  await execute('tar', ['-xzf', path.join(home, tarball), '-C', installed, '--strip-components=1']);
  rmSync(path.join(home, tarball));
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === 'holdfast') continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(home, 'node_modules', name));
  }
  mkdirSync(path.join(home, 'node_modules/.bin'));
  const bin = path.join(installed, manifest.bin['holdfast'] ?? '');
  symlinkSync(bin, path.join(home, 'node_modules/.bin/holdfast'));
  writeFileSync(path.join(home, 'package.json'), '{"name":"somewhere","private":true,"type":"module"}\n');
  files = readdirSync(installed, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
});

test('the command is executable without npm having linked it: npx keeps a link per path, and then sets no mode', () => {
  assert.equal(statSync(path.join(root, manifest.bin['holdfast'] ?? '')).mode & 0o111, 0o111);
});

test('it holds what is run, its types, the schemas and the scenarios, and nothing else', () => {
  const wanted = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
    /^dist\/(proxy|sim|reports)\/.*\.(js|d\.ts)$/,
    /^dist\/(schema|result-schema)\.json$/,
    /^scenarios\/.*\.(yaml|ts)$/,
  ];
  assert.equal(
    files.filter((file) => !wanted.some((pattern) => pattern.test(file))),
    [],
  );
  for (const file of ['LICENSE', 'README.md', 'dist/schema.json', 'scenarios/connector-crash.yaml']) {
    assert.ok(files.includes(file), file);
  }
});

test('every export and the command exist in it; the command starts with a shebang', () => {
  const targets = Object.values(manifest.exports).flatMap((one) =>
    typeof one === 'string' ? [one] : [one.types, one.default],
  );
  const missing = targets.filter((target) => !existsSync(path.join(installed, target)));
  assert.equal(missing, []);
  const bin = readFileSync(path.join(installed, manifest.bin['holdfast'] ?? ''), 'utf8');
  assert.match(bin, /^#!\/usr\/bin\/env node\n/);
});

test('every package its code imports is a dependency, not only one of development', () => {
  const used = new Set<string>();
  for (const file of files.filter((name) => name.startsWith('dist/') && name.endsWith('.js'))) {
    const text = readFileSync(path.join(installed, file), 'utf8');
    for (const [, name = ''] of text.matchAll(
      /^(?:import|export) .*?from '([^'./][^']*)'|import\('([^'./][^']*)'\)/gm,
    )) {
      if (!name.startsWith('node:') && name !== '')
        used.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  }
  assert.ok(used.has('commander'));
  const declared = Object.keys(manifest.dependencies);
  assert.equal([...used].filter((name) => !declared.includes(name) && name !== 'holdfast').sort(), []);
});

const yaml = `name: from an empty folder
run: { duration: 1m, replications: 3 }
topology:
  sites: { paris: {} }
  connectorGroups: { shop: { connectors: { paris: 2 } } }
applications: { shop: { group: shop } }
workload: { shoppers: { application: shop, requestsPerSecond: 5 } }
faults: { schedule: [{ what: connector crash, target: connector paris/1, at: 10s, for: 20s }] }
objectives: { availability: { atLeast: 10% } }
`;

test('npx holdfast run in an empty folder: verdict and report', async () => {
  writeFileSync(path.join(home, 'scenario.yaml'), yaml);
  const { code, output } = await run('npx', ['--no-install', 'holdfast', 'run', 'scenario.yaml']);
  assert.is(code, 0, output);
  assert.match(output, 'meeting the objective');
  assert.equal(readdirSync(path.join(home, 'out/scenario')).sort(), ['plan.json', 'report.html', 'result.json']);
});

test('with worker threads and live roles found in the package as well', async () => {
  const { code, output } = await run('npx', ['--no-install', 'holdfast', 'run', 'scenario.yaml', '--workers', '2']);
  assert.is(code, 0, output);
  const help = await run('npx', ['--no-install', 'holdfast', 'token-service', '--help']);
  assert.is(help.code, 0, help.output);
});

const typescript = `import { defineScenario } from 'holdfast';

const sites = ['paris', 'lyon'];
export default defineScenario({
  name: 'typed',
  run: { duration: '1m', replications: 3 },
  topology: {
    sites: Object.fromEntries(sites.map((site) => [site, {}])),
    connectorGroups: { shop: { connectors: Object.fromEntries(sites.map((site) => [site, 1])) } },
  },
  applications: { shop: { group: 'shop' } },
  workload: { shoppers: { application: 'shop', requestsPerSecond: 5 } },
  faults: { schedule: [{ what: 'site loss', target: 'site lyon', at: '10s', for: '20s' }] },
  objectives: { availability: { atLeast: '10%' } },
});
`;

test('a TypeScript scenario there imports defineScenario from the package, and runs', async () => {
  writeFileSync(path.join(home, 'typed.ts'), typescript);
  const { code, output } = await run('npx', ['--no-install', 'holdfast', 'run', 'typed.ts']);
  assert.is(code, 0, output);
});

test('its types check under strict, and a wrong member is an error', async () => {
  writeFileSync(path.join(home, 'wrong.ts'), typescript.replace('requestsPerSecond: 5', 'requestsPerSecond: true'));
  writeFileSync(
    path.join(home, 'library.ts'),
    "import * as proxy from 'holdfast/proxy';\nimport * as toxics from 'holdfast/toxics';\nexport const names: string[] = [...Object.keys(proxy), ...Object.keys(toxics)];\n",
  );
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const flags = '--noEmit --strict --module nodenext --target es2023 --skipLibCheck --types node'.split(' ');
  const good = await run(process.execPath, [tsc, ...flags, 'typed.ts', 'library.ts']);
  assert.is(good.code, 0, good.output);
  const wrong = await run(process.execPath, [tsc, ...flags, 'wrong.ts']);
  assert.is.not(wrong.code, 0);
  assert.match(wrong.output, /^wrong\.ts\(12,\d+\): error TS2322: Type 'boolean'/);
});

test('every entry point can be imported', async () => {
  const names = Object.keys(manifest.exports).map((name) => name.replace(/^\./, 'holdfast'));
  const lines = names.map((name) =>
    name.endsWith('.json') ? `await import('${name}', { with: { type: 'json' } });` : `await import('${name}');`,
  );
  const { code, output } = await run(process.execPath, ['--input-type=module', '-e', lines.join('\n')]);
  assert.is(code, 0, output);
});

test('the lock names every optional package of its packages, so that npm ci takes it on every platform', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => packages[`node_modules/${name}`] === undefined),
  );
  assert.equal(missing, []);
});

test.run();
