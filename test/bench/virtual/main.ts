/** usage: node dist/test/bench/virtual/main.js [--json] */
import { virtualBench } from './bench.ts';

const rows = await virtualBench();
for (const row of rows) {
  if (process.argv.includes('--json')) console.log(JSON.stringify(row));
  else console.log(`${row.name.padEnd(45)} ${row.value} ${row.unit}  goal ${row.goal ?? '-'}  against ${row.against}`);
}
