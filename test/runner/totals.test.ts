import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mostlyWaiting } from './mostly-waiting.ts';
import { readTotals } from './totals.ts';

test('a file that executes nothing counts as one failure', () => {
  assert.equal(readTotals('', 0), { passed: 0, failed: 1 });
  assert.equal(readTotals('  Total:     0\n  Passed:    0\n  Skipped:   0\n', 0), { passed: 0, failed: 1 });
});

test('totals are read from the lines uvu prints', () => {
  assert.equal(readTotals('\n  Total:     5\n  Passed:    3\n  Skipped:   1\n', 1), { passed: 3, failed: 1 });
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
