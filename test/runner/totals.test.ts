import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mostlyWaiting } from './mostly-waiting.ts';
import { readTotals } from './totals.ts';

test('a file that executes nothing counts as one failure', () => {
  assert.equal(readTotals('', 0), { passed: 0, failed: 1 });
  assert.equal(readTotals('  Total:     0\n  Passed:    0\n  Skipped:   0\n', 0), { passed: 0, failed: 1 });
});

test('a file that skips all it has did not fail, unless it ends with an error', () => {
  const skips = '  Total:     0\n  Passed:    0\n  Skipped:   2\n';
  assert.equal(readTotals(skips, 0), { passed: 0, failed: 0 });
  assert.equal(readTotals(skips, 1), { passed: 0, failed: 1 });
});

test('totals are read from the lines uvu prints: what is skipped is not among them', () => {
  assert.equal(readTotals('\n  Total:     5\n  Passed:    3\n  Skipped:   1\n', 1), { passed: 3, failed: 2 });
});

test('a non-zero exit after all tests passed is still a failure', () => {
  assert.equal(readTotals('  Total:     2\n  Passed:    2\n  Skipped:   0\n', 1), { passed: 2, failed: 1 });
});

test('the files that are said to wait are there', () => {
  assert.equal(
    mostlyWaiting.filter((file) => !existsSync(file)),
    [],
  );
});

test.run();
