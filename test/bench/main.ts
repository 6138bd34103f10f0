/**
 * usage: node dist/test/bench/main.js <what> [part …] [--json]
 * Prints one row per figure with its goal, or JSON lines. Exit code 1 when a goal is missed.
 */
import type { BenchRow } from './row.ts';
import { toxicsBench } from './toxics/index.ts';
import { virtualBench } from './virtual/bench.ts';

const SUBJECTS: Readonly<Record<string, (parts: string[]) => Promise<BenchRow[]>>> = {
  virtual: () => virtualBench(),
  toxics: (parts) => toxicsBench((name) => parts.length === 0 || parts.includes(name)),
};

const args = process.argv.slice(2).filter((arg) => arg !== '--json');
const subject = SUBJECTS[args[0] ?? ''];
if (subject === undefined) {
  console.error(`usage: bench ${Object.keys(SUBJECTS).join('|')} [part …] [--json]`);
  process.exitCode = 2;
} else {
  const rows = await subject(args.slice(1));
  for (const row of rows) console.log(process.argv.includes('--json') ? JSON.stringify(row) : line(row));
  if (rows.some((row) => !reached(row))) process.exitCode = 1;
}

/** True when the row reaches its goal, or has none. */
function reached(row: BenchRow): boolean {
  return row.goal === null || (row.better === 'higher' ? row.value >= row.goal : row.value <= row.goal);
}

function line(row: BenchRow): string {
  const mark = row.goal === null ? '    ' : reached(row) ? 'ok  ' : 'MISS';
  const goal = row.goal === null ? '' : `${row.better === 'higher' ? '≥' : '≤'} ${Number(row.goal.toFixed(2))}`;
  return `${mark} ${row.name.padEnd(66)} ${row.value.toFixed(2).padStart(10)} ${row.unit.padEnd(9)} ${goal.padEnd(10)} ${row.against}`;
}
