import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';

const folder = path.resolve('test/reports/golden');

/** Byte-equal with the stored file; `UPDATE_GOLDEN=1` stores what came instead. Run from the repository root. */
export function golden(name: string, actual: string): void {
  const file = path.join(folder, name);
  const { UPDATE_GOLDEN: update } = process.env;
  if (update === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.ok(existsSync(file), `${name} is missing: run once with UPDATE_GOLDEN=1`);
  assert.is(actual, readFileSync(file, 'utf8'));
}
