import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = path.join(root, 'test/sim/toxics');

/** Rows of the compatibility checklist where this server improves on the real one, and where it had to decide. */
const IMPROVED = [21, 25, 50, 53, 60, 61, 71, 73, 77, 87, 89, 90, 91];
const DECIDED = [27, 33, 86, 94];

test('every one of the 94 rows has a test', () => {
  const sources = readdirSync(folder).filter((name) => /^rows-.*\.test\.ts$/.test(name));
  const found = new Set<number>();
  for (const name of sources) {
    for (const match of readFileSync(path.join(folder, name), 'utf8').matchAll(/^(?:row|embeddedRow)\(\s*(\d+),/gm)) {
      found.add(Number(match[1]));
    }
  }
  const missing = Array.from({ length: 94 }, (_, i) => i + 1).filter((number) => !found.has(number));
  assert.equal(missing, []);
});

test('every improved and every decided row is on the deviations page', () => {
  const page = readFileSync(path.join(root, 'docs/toxics-deviations.md'), 'utf8');
  const listed = [...page.matchAll(/^\| (\d+)\s*\|/gm)].map((match) => Number(match[1]));
  assert.equal(
    listed.sort((a, b) => a - b),
    [...IMPROVED, ...DECIDED].sort((a, b) => a - b),
  );
});

test.run();
