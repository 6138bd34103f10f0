/**
 * A process of its own that outlives a killed harness by one breath: it is told every process id the harness starts, and
 * when its standard input closes (the harness ended, whatever the way) it sends SIGKILL to all that are left. Frozen
 * processes (SIGSTOP) cannot watch their own parent, so somebody must do it for them.
 *
 * Lines on stdin: `+PID` watch, `-PID` no longer. Nothing is printed.
 */
import { createInterface } from 'node:readline';

const watched = new Set<number>();

function end(): void {
  for (const pid of watched) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // already gone
    }
  }
  process.exit(0);
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (line.startsWith('+')) watched.add(pid);
  else watched.delete(pid);
});
lines.on('close', end);
// signals meant for the terminal's whole process group must not end the warden before the harness
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
