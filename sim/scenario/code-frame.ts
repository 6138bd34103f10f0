/** Lines of source around a place, with a marker under it. Line and column count from 1; `length` ≥ 1 is cut at the line's end. */
export function codeFrame(source: string, line: number, column: number, length: number): string {
  const lines = source.split(/\r?\n/);
  const from = Math.max(1, line - 2);
  const width = String(line).length;
  const shown: string[] = [];
  for (let n = from; n <= line; n++)
    shown.push(`  ${String(n).padStart(width)} | ${(lines[n - 1] ?? '').slice(0, 160)}`);
  const room = Math.max(1, (lines[line - 1] ?? '').length - column + 1);
  const marker = '^'.repeat(Math.max(1, Math.min(length, room, 80)));
  shown.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1))}${marker}`);
  return shown.join('\n');
}
