import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importsOf, sources } from './source-tree.ts';

/**
 * The import table of ARCHITECTURE.md. A folder may import itself, what its row names, and packages its row names.
 * `node:` stands for every built-in module. Longest matching row wins.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'proxy/host': [],
  'proxy/policy': ['proxy/host', 'proxy/token'],
  'proxy/protocol': ['proxy/host'],
  'proxy/token': ['proxy/host', 'proxy/policy'],
  'proxy/directory': ['proxy/host', 'proxy/connector'],
  'proxy/service': ['proxy/host', 'proxy/policy', 'proxy/protocol', 'proxy/token'],
  'proxy/connector': ['proxy/host', 'proxy/policy', 'proxy/protocol', 'proxy/directory'],
  'proxy/node': [
    'proxy',
    'node:',
    'zod',
    'undici',
    'ws',
    'jose',
    'openid-client',
    'oauth4webapi',
    'oidc-provider',
    '@peculiar/x509',
    'reflect-metadata',
  ],
  'proxy/index.ts': ['proxy'],
  'sim/history': ['proxy/host'],
  'sim/plan': [
    'proxy/host',
    'proxy/policy',
    'proxy/service/config.ts',
    'proxy/connector/config.ts',
    'sim/scenario',
    'sim/faults',
  ],
  'sim/scenario': ['proxy/host', 'proxy/policy', 'sim/faults', 'sim/plan', 'zod', 'yaml'],
  'sim/scenario/load-file.ts': ['proxy/host', 'node:', 'jiti', 'sim/scenario', 'sim/plan'],
  'sim/faults': ['proxy/host', 'sim/plan', 'sim/history', 'zod'],
  'sim/workload': ['proxy/host', 'proxy/policy', 'sim/plan', 'sim/history', 'sim/measure'],
  'sim/virtual': [
    'proxy/host',
    'proxy/policy',
    'proxy/protocol',
    'proxy/service',
    'proxy/connector',
    'proxy/token',
    'proxy/directory',
    'sim/plan',
    'sim/faults',
    'sim/history',
    'sim/workload',
    'sim/measure',
  ],
  'sim/live': [
    'proxy',
    'sim/plan',
    'sim/faults',
    'sim/history',
    'sim/workload',
    'sim/measure',
    'sim/toxics',
    'node:',
    'undici',
    'toxiproxy-node-client',
    'autocannon',
    'zod',
    'ws',
  ],
  'sim/toxics': ['proxy/host', 'node:', 'zod'],
  'sim/statistics': ['proxy/host'],
  'sim/analytic': ['proxy/host', 'sim/plan', 'sim/statistics', 'sim/measure', 'sim/scenario', 'sim/faults'],
  'sim/measure': ['proxy/host', 'sim/history', 'sim/plan', 'sim/statistics', 'sim/faults'],
  'sim/judge': ['proxy/host', 'sim/measure', 'sim/plan', 'sim/statistics', 'sim/store'],
  'sim/sweep': [
    'proxy/host',
    'sim/plan',
    'sim/faults',
    'sim/history',
    'sim/measure',
    'sim/judge',
    'sim/statistics',
    'sim/analytic',
    'sim/store',
    'sim/scenario',
    'sim/virtual',
    'tinypool',
    'node:',
  ],
  'sim/search': ['proxy/host', 'sim/plan', 'sim/faults', 'sim/history', 'sim/measure', 'sim/judge', 'sim/sweep'],
  'sim/store': ['proxy/host', 'sim/plan', 'sim/measure', 'sim/judge', 'sim/history', 'node:', 'zod'],
  'sim/cli': ['proxy', 'sim', 'reports', 'node:', 'commander'],
  'sim/index.ts': ['sim', 'proxy/host'],
  reports: ['proxy/host', 'proxy/policy', 'sim/plan', 'sim/measure', 'sim/judge', 'sim/store', 'sim/history', 'd3'],
  scenarios: ['sim/index.ts', 'sim/scenario', 'holdfast'],
};

/** Types may come from one step further: a report names a plan's type without reaching an engine. */
function rowOf(file: string): string | undefined {
  return Object.keys(table)
    .filter((row) => file === row || file.startsWith(`${row}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function allowed(file: string, target: string): boolean {
  const row = rowOf(file);
  if (row === undefined) return false;
  if (target.startsWith(`${row}/`) && !row.endsWith('.ts')) return true;
  const own = row.endsWith('.ts') ? row.slice(0, row.lastIndexOf('/')) : row;
  if (target.startsWith(`${own}/`)) return true;
  return (table[row] ?? []).some(
    (entry) => target === entry || target.startsWith(entry.endsWith(':') ? entry : `${entry}/`),
  );
}

test('imports follow the table of ARCHITECTURE.md', () => {
  const broken = ['proxy', 'sim', 'reports', 'scenarios']
    .flatMap(sources)
    .flatMap(importsOf)
    .filter(({ from, to }) => !allowed(from, to))
    .map(({ from, to }) => `${from} -> ${to}`);
  assert.equal(broken, []);
});

test('nothing imports sim/cli, and proxy imports nothing from outside itself', () => {
  const all = ['proxy', 'sim', 'reports', 'scenarios'].flatMap(sources).flatMap(importsOf);
  assert.equal(
    all.filter(({ from, to }) => to.startsWith('sim/cli/') && !from.startsWith('sim/cli/')),
    [],
  );
  assert.equal(
    all.filter(({ from, to }) => from.startsWith('proxy/') && /^(sim|reports|test)\//.test(to)),
    [],
  );
});

test('the check can fail: a made-up import from a core to a built-in module is refused', () => {
  assert.not.ok(allowed('proxy/policy/retry.ts', 'node:fs'));
  assert.not.ok(allowed('reports/page.ts', 'sim/virtual/engine.ts'));
  assert.ok(allowed('proxy/node/host.ts', 'node:fs'));
});

test.run();
