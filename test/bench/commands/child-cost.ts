import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a command took. */
export interface ChildCost {
  readonly wallMs: number;
  /** User and system time over all its threads, as of the last look (every 25 ms); 0 where there is no /proc. */
  readonly cpuMs: number;
  /** Most memory it held, MB. */
  readonly peakMb: number;
  readonly code: number | null;
}

const lookEveryMs = 25;
const ticksMs = 10;

/** Runs `node args…` to its end. Throws when it ended with one of `badCodes`. */
export function costOf(args: readonly string[], cwd: string, badCodes: readonly number[] = [2, 4]): Promise<ChildCost> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (chunk) => {
      told = (told + String(chunk)).slice(-2000);
    });
    let cpuMs = 0;
    let peakMb = 0;
    const look = setInterval(() => {
      try {
        const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // own time and that of children already waited for
        const used = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
        if (fields[0] !== 'Z') cpuMs = Math.max(cpuMs, used * ticksMs);
        const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
        peakMb = Math.max(peakMb, Number(peak ?? 0) / 1024);
      } catch {
        // ended between two looks
      }
    }, lookEveryMs);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(look);
      const wallMs = performance.now() - begun;
      if (code === null || badCodes.includes(code)) {
        reject(new Error(`node ${args.join(' ')} ended with ${code}: ${told}`));
      } else resolve({ wallMs, cpuMs, peakMb, code });
    });
  });
}
