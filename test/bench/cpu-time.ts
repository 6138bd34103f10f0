import { readFileSync } from 'node:fs';

/** Linux counts process times in ticks of 10 ms. */
const TICK_MS = 10;

/** User and system time of another process so far, ms; NaN where /proc does not tell. */
export function cpuTimeMs(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const after = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(after[11]) + Number(after[12])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}
