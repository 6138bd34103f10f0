import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importsOf, read, root, sources } from './source-tree.ts';

const page = read('ARCHITECTURE.md');
const exists = (file: string): boolean => existsSync(path.join(root, file));

/** Rows of the table under a heading, cells trimmed, without its two head rows. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const named = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('every path that the pages name exists', () => {
  const pages = ['ARCHITECTURE.md', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/adding-a-toxic.md'];
  const missing = pages.flatMap((file) => {
    const paths = named(read(file)).filter((name) =>
      /^(proxy|sim|reports|scenarios|test|docs|\.ci)\/[\w./-]*$/.test(name),
    );
    return paths.filter((name) => !exists(name)).map((name) => `${file}: ${name}`);
  });
  assert.equal(missing, []);
});

test('the code map has every folder, and where it says to start there is a file', () => {
  const rows = rowsUnder('Code map');
  const mapped = rows.flatMap(([folder]) => named(folder));
  const folders = ['proxy', 'sim'].flatMap((top) =>
    readdirSync(path.join(root, top), { withFileTypes: true }).map(
      (one) => `${top}/${one.name}${one.isDirectory() ? '/' : ''}`,
    ),
  );
  assert.equal(
    folders.filter((folder) => !mapped.includes(folder)),
    [],
  );
  for (const [folder, , start] of rows) {
    const homes = named(folder).map((name) => (name.endsWith('/') ? name : `${path.dirname(name)}/`));
    const files = named(start);
    assert.ok(files.length > 0, `${folder} says where to start`);
    for (const file of files)
      assert.ok(
        homes.some((home) => exists(home + file)),
        `${folder} ${file}`,
      );
  }
});

test('the dependency table is package.json, and the code imports what it says', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const rows = rowsUnder('Dependencies').map(([name, kind]) => `${kind} ${named(name)[0]}`);
  const listed = (kind: string, packages: Record<string, string> = {}): string[] =>
    Object.keys(packages).map((name) => `${kind} ${name}`);
  assert.equal(rows.sort(), [...listed('product', dependencies), ...listed('development', devDependencies)].sort());

  const imported = new Set(
    ['proxy', 'sim', 'reports']
      .flatMap(sources)
      .flatMap(importsOf)
      .map(({ to }) => /^(@[^/]+\/)?[^/]+/.exec(to)?.[0] ?? ''),
  );
  assert.equal(
    Object.keys(dependencies ?? {}).filter((name) => !imported.has(name)),
    [],
    'a package the product never imports is not its dependency',
  );
});

test.run();
