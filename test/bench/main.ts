/**
 * usage: node dist/test/bench/main.js [subject] [part …] [--json]
 * Parts: rows of commands and toxics by name; `live wrk` loads with wrk instead of autocannon.
 * Prints one row per figure with ✓ or ✗ for its goal, or a JSON line per row. A missed goal is told, not an error: the exit
 * code is 0 unless something broke. Without a subject: all of them.
 */
import { availableParallelism, loadavg } from 'node:os';
import { commandsBench } from './commands/bench.ts';
import { liveBench } from './live/bench.ts';
import type { BenchRow } from './row.ts';
import { toxicsBench } from './toxics/index.ts';
import { virtualBench } from './virtual/bench.ts';

const subjects: Readonly<Record<string, (parts: readonly string[]) => Promise<BenchRow[]>>> = {
  commands: (parts) => commandsBench((name) => parts.length === 0 || parts.includes(name)),
  virtual: () => virtualBench(),
  live: (parts) => liveBench(parts.includes('wrk') ? 'wrk' : 'autocannon'),
  toxics: (parts) => toxicsBench((name) => parts.length === 0 || parts.includes(name)),
};

/** True when the row reaches its goal; undefined when it has none. */
function reached(row: BenchRow): boolean | undefined {
  if (row.goal === null) return undefined;
  return row.better === 'higher' ? row.value >= row.goal : row.value <= row.goal;
}

function line(row: BenchRow): string {
  const met = reached(row);
  const mark = met === undefined ? ' ' : met ? '✓' : '✗';
  const goal = row.goal === null ? '' : `${row.better === 'higher' ? '≥' : '≤'} ${Number(row.goal.toFixed(3))}`;
  return `${mark} ${row.name.padEnd(66)} ${String(row.value).padStart(10)} ${row.unit.padEnd(18)} ${goal.padEnd(8)} ${row.against}`;
}

/** Rates are shares of a machine; on one that is busy before we begin they say little. */
const [load = 0] = loadavg();
if (load > availableParallelism()) {
  console.error(
    `note: load average ${load.toFixed(1)} on ${availableParallelism()} cores: take these figures on an idle machine`,
  );
}

const json = process.argv.includes('--json');
const [asked, ...parts] = process.argv.slice(2).filter((arg) => arg !== '--json');
if (asked !== undefined && subjects[asked] === undefined) {
  console.error(`usage: bench [${Object.keys(subjects).join('|')}] [part …] [--json]`);
  process.exitCode = 2;
} else {
  let missed = 0;
  for (const name of asked === undefined ? Object.keys(subjects) : [asked]) {
    const rows = (await subjects[name]?.(parts)) ?? [];
    for (const row of rows) {
      console.log(json ? JSON.stringify(row) : line(row));
      if (reached(row) === false) missed += 1;
    }
  }
  if (!json) console.log(missed === 0 ? 'every goal reached' : `${missed} goal(s) missed`);
}
