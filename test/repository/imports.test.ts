import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importsOf, read, sources } from './source-tree.ts';

/**
 * The import table, from ARCHITECTURE.md. A folder may import itself, what its line names, and packages its line names.
 * `node:` stands for every built-in module. The longest line that fits a file counts.
 */
const table = readTable(read('ARCHITECTURE.md'));

function readTable(page: string): Readonly<Record<string, readonly string[]>> {
  const rows = [...page.matchAll(/^((?:proxy|sim|reports|scenarios)\S*) +→ (.+)$/gm)].map(
    ([, folder = '', targets = '']) => [folder, targets === 'nothing' ? [] : targets.split(', ')] as const,
  );
  return Object.fromEntries(rows);
}

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
  return (table[row] ?? []).some((entry) => covers(entry, target));
}

const covers = (entry: string, target: string): boolean =>
  target === entry || target.startsWith(entry.endsWith(':') ? entry : `${entry}/`);

const all = ['proxy', 'sim', 'reports', 'scenarios'].flatMap(sources).flatMap(importsOf);

test('imports follow the table of ARCHITECTURE.md', () => {
  const broken = all.filter(({ from, to }) => !allowed(from, to)).map(({ from, to }) => `${from} -> ${to}`);
  assert.equal(broken, []);
});

test('the table allows nothing that is not used', () => {
  const idle = Object.entries(table).flatMap(([row, entries]) =>
    entries
      .filter((entry) => !all.some(({ from, to }) => rowOf(from) === row && covers(entry, to)))
      .map((entry) => `take ${entry} out of the line of ${row}`),
  );
  assert.equal(idle, []);
});

test('reports take only types from the harness', () => {
  const values = all.filter(
    ({ from, to, typeOnly }) => from.startsWith('reports/') && to.startsWith('sim/') && !typeOnly,
  );
  assert.equal(values, []);
});

test('nothing imports sim/cli, and proxy imports nothing from outside itself', () => {
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
  assert.ok(Object.keys(table).length > 20, 'the table was found');
});

test.run();
