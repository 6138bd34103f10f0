import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TOXIPROXY_VERSION } from '../../sim/toxics/index.ts';
import { hasStack, holdfast, scenario, temporaryFolder } from './holdfast.ts';

test('check: every problem of every file at once, each with its place, and the good files too', async () => {
  const broken = path.join(temporaryFolder(), 'broken.yaml');
  writeFileSync(broken, 'name: broken\ntopology: { sites: { paris: {} }\n');
  const files = [scenario('met.yaml'), scenario('several-problems.yaml'), broken, scenario('sweep.yaml')];
  const { code, stdout, stderr } = await holdfast(['check', ...files]);
  assert.is(code, 2);
  assert.match(stdout, `✓ ${files[0]}`);
  assert.match(stdout, `✓ ${files[3]}`);
  const places = [...stderr.matchAll(/--> (\S+):(\d+):(\d+)/g)].map(([, file, line]) => `${file}:${line}`);
  for (const line of [2, 5, 6, 7, 9, 10]) assert.ok(places.includes(`${files[1]}:${line}`), `line ${line}: ${places}`);
  assert.ok(places.some((place) => place.startsWith(String(files[2]))));
  assert.match(stderr, 'did you mean "connector crash"?');
  assert.match(stderr, 'did you mean "requestsPerSecond"?');
  assert.not.ok(hasStack(stderr), stderr);
});

test('check: all files good is exit 0', async () => {
  const { code, stderr } = await holdfast(['check', scenario('met.yaml')]);
  assert.is(code, 0);
  assert.is(stderr, '');
});

test('check: what a run refuses in a cell of the sweep, or of its live form; not what only the unswept scenario has', async () => {
  const folder = temporaryFolder();
  const text = readFileSync(scenario('met.yaml'), 'utf8');
  const write = (name: string, more: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${text}${more}\n`);
    return file;
  };
  const rate = write('rate.yaml', 'sweep: { requests per second: [10, 900000] }');
  const live = write('live.yaml', 'live: { duration: 20s, sweep: { connectors per site: [1, 20] } }');
  const bad = await holdfast(['check', rate, live]);
  assert.is(bad.code, 2);
  assert.match(bad.stderr, 'in the configuration requests per second = 900000');
  assert.match(bad.stderr, `the live engine cannot run ${live}: in the configuration connectors per site = 20`);
  assert.match(bad.stderr, 'a live run carries at most 16');
  const both = write(
    'both.yaml',
    `sweep: { requests per second: [10, 900000] }\nlive: { sweep: { connectors per site: [20] } }`,
  );
  const twice = await holdfast(['check', both]);
  assert.is(twice.code, 2);
  assert.match(twice.stderr, `the virtual engine cannot run ${both}: `);
  assert.match(twice.stderr, `the live engine cannot run ${both}: `);
  const second = path.join(folder, 'second.yaml');
  writeFileSync(
    second,
    `${text.replace('connector paris/1', 'connector paris/2')}sweep: { connectors per site: [2] }\n`,
  );
  const good = await holdfast(['check', second]);
  assert.is(good.code, 0, good.stderr);
});

test('explain: prose on stdout; JSON and YAML read back as the same scenario', async () => {
  const prose = await holdfast(['explain', scenario('met.yaml')]);
  assert.is(prose.code, 0);
  assert.match(prose.stdout, 'Connector paris/1 crashes after 10 seconds');
  const json = await holdfast(['explain', scenario('met.yaml'), '--as', 'json']);
  assert.is((JSON.parse(json.stdout) as { name: string }).name, 'met');
  const yaml = await holdfast(['explain', scenario('met.yaml'), '--as', 'yaml']);
  assert.match(yaml.stdout, /^name: met$/m);
});

test('schema: a JSON Schema of scenarios, and of results', async () => {
  for (const what of [[], ['scenario'], ['result']]) {
    const { code, stdout } = await holdfast(['schema', ...what]);
    assert.is(code, 0);
    const { $schema, type } = JSON.parse(stdout) as { $schema: string; type: string };
    assert.match($schema, 'json-schema.org');
    assert.is(type, 'object');
  }
});

test('--help lists every command and the exit codes; --version is the package’s', async () => {
  const { code, stdout } = await holdfast(['--help']);
  assert.is(code, 0);
  for (const command of [
    'run',
    'replay',
    'gate',
    'check',
    'explain',
    'schema',
    'service',
    'connector',
    'token-service',
  ])
    assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  for (const command of ['backend', 'toxics']) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  assert.match(stdout, '3 inconclusive');
  assert.match((await holdfast(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('toxics reads its whole command line itself, with the version clients of Toxiproxy look for', async () => {
  for (const flag of ['-version', '--version']) {
    const { code, stdout } = await holdfast(['toxics', flag]);
    assert.is(code, 0);
    assert.is(stdout, `toxiproxy-server version ${TOXIPROXY_VERSION}\n`);
  }
  const unknown = await holdfast(['toxics', '-V']);
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, 'flag provided but not defined: -V');
  // The seed is the text `--version`; the port is what is wrong.
  const seeded = await holdfast(['toxics', '-seed', '--version', '-port', '70000']);
  assert.is(seeded.code, 2);
  assert.match(seeded.stderr, 'invalid value "70000" for -port');
});

test('YAML and TypeScript show that they are one scenario; explain as data says so beside it', async () => {
  const files = ['scenarios/connector-crash.yaml', 'scenarios/typescript/connector-crash.ts'];
  const { stdout } = await holdfast(['check', ...files]);
  const digests = [...stdout.matchAll(/ scenario ([0-9a-f]{12})$/gm)].map(([, digest]) => digest);
  assert.is(digests.length, 2, stdout);
  assert.is(digests[0], digests[1]);
  const { stderr } = await holdfast(['explain', '--as', 'json', files[0] ?? '']);
  assert.match(stderr, new RegExp(`^scenario ${digests[0]}`));
});

test.run();
