import { visible } from './visible.ts';

/** Columns of source that a frame shows at most. */
const widest = 120;

/**
 * Lines of source around a place, with a marker under it. Line and column count from 1; `length` ≥ 1 is cut at the line's
 * end. Of lines that are too long the part around the column is shown.
 */
export function codeFrame(source: string, line: number, column: number, length: number): string {
  const lines = source.split(/\r?\n/);
  const from = Math.max(1, line - 2);
  const width = String(line).length;
  const target = lines[line - 1] ?? '';
  const skip = column <= widest ? 0 : Math.min(column - widest / 2, Math.max(0, target.length - widest));
  const shown: string[] = [];
  for (let n = from; n <= line; n++) {
    shown.push(`  ${String(n).padStart(width)} | ${clipped(lines[n - 1] ?? '', skip)}`);
  }
  const room = Math.max(1, Math.min(target.length, skip + widest) - column + 1);
  const marker = '^'.repeat(Math.max(1, Math.min(length, room, 80)));
  // the mark of what was left out takes one column
  const before = column - 1 - skip + (skip > 0 ? 1 : 0);
  shown.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, before))}${marker}`);
  return shown.join('\n');
}

function clipped(line: string, skip: number): string {
  const part = visible(line).slice(skip, skip + widest);
  return `${skip > 0 ? '…' : ''}${part}${line.length > skip + widest ? '…' : ''}`;
}
