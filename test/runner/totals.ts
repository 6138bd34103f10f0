/** What a test file says of itself. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/**
 * uvu prints Total / Passed / Skipped, where the total leaves out what is skipped. A file without such lines executed nothing,
 * which counts as one failure; one that says what it skipped, all of it, did not fail.
 */
export function readTotals(output: string, exitCode: number | null): Totals {
  const count = (name: string): number => Number(new RegExp(`^ {2}${name}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')];
  const broken = exitCode !== 0 || total + skipped === 0;
  return { passed, failed: Math.max(total - passed, broken ? 1 : 0) };
}
