import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioFiles } from '../../../sim/cli/scenario-files.ts';

const home = mkdtempSync(path.join(tmpdir(), 'holdfast-files-'));
test.after(() => rmSync(home, { recursive: true, force: true }));

/** Places below a folder of their own, and where the results of each file go. */
async function placed(name: string, files: readonly string[], places: readonly string[]): Promise<string[]> {
  const root = path.join(home, name);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
  const found = await scenarioFiles(
    places.map((place) => path.join(root, place)),
    path.join(root, 'out'),
  );
  return found.map(({ file, below }) => `${path.relative(root, file)}: ${below}`);
}

test('files of one name from two places get folders of their own; others stay where they are', async () => {
  const files = ['east/shop.yaml', 'east/mail.yaml', 'west/shop.yaml'];
  const expected = ['east/mail.yaml: ', 'east/shop.yaml: east', 'west/shop.yaml: west'];
  assert.equal(await placed('folders', files, ['east', 'west']), expected);
  assert.equal(await placed('single', files, ['east/mail.yaml', 'east/shop.yaml', 'west/shop.yaml']), expected);
  assert.equal(await placed('one', files, ['.']), [
    'east/mail.yaml: east',
    'east/shop.yaml: east',
    'west/shop.yaml: west',
  ]);
});

test('files that differ in their ending alone, and a place that another file would have got, keep apart too', async () => {
  assert.equal(await placed('endings', ['a/shop.ts', 'a/shop.yaml', 'a/mail.yaml'], ['a']), [
    'a/mail.yaml: ',
    'a/shop.ts: ts',
    'a/shop.yaml: yaml',
  ]);
  const taken = await placed('taken', ['a/b/shop.yaml', 'b/shop.yaml', 'c/shop.yaml'], ['a', 'b', 'c']);
  const folders = taken.map((one) => one.split(': ')[1]);
  assert.is(new Set(folders).size, 3, folders.join());
});

test.run();
