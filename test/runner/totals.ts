/** What a test file says of itself. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** uvu prints Total / Passed / Skipped; a file without such a line executed nothing, which counts as one failure. */
export function readTotals(output: string, exitCode: number | null): Totals {
  const total = /^ {2}Total:\s+(\d+)/m.exec(output);
  const passed = /^ {2}Passed:\s+(\d+)/m.exec(output);
  const skipped = /^ {2}Skipped:\s+(\d+)/m.exec(output);
  if (total === null || passed === null || Number(total[1]) === 0) return { passed: 0, failed: 1 };
  const failed = Number(total[1]) - Number(passed[1]) - Number(skipped?.[1] ?? 0);
  return { passed: Number(passed[1]), failed: failed === 0 && exitCode !== 0 ? 1 : Math.max(0, failed) };
}
