/**
 * A process of its own that outlives a killed harness by one breath: it is told every process id the harness starts, and
 * when its standard input closes (the harness ended, whatever the way) it sends SIGKILL to all that are left. Frozen
 * processes (SIGSTOP) cannot watch their own parent, so somebody must do it for them. The run's folder holds keys and
 * goes too, and so do its proxies on a Toxiproxy that is not ours to end.
 *
 * Lines on stdin: `+PID` watch, `-PID` no longer, `{"folder":PATH}`, `{"url":URL,"prefix":TEXT}`. Nothing is printed.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const watched = new Set<number>();
const folders = new Set<string>();
const links: Array<{ readonly url: string; readonly prefix: string }> = [];

async function end(): Promise<void> {
  for (const pid of watched) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // already gone
    }
  }
  // a run's folder is made by mkdtemp under this name; anything else is not ours to remove
  for (const folder of folders) if (/holdfast-\w+$/.test(folder)) rmSync(folder, { recursive: true, force: true });
  for (const { url, prefix } of links) await removeProxies(url, prefix).catch(() => {});
  process.exit(0);
}

/** Takes down what a killed run left on a Toxiproxy server; the server itself may be gone too. */
async function removeProxies(url: string, prefix: string): Promise<void> {
  const answer = await fetch(`${url}/proxies`, { signal: AbortSignal.timeout(2_000) });
  const names = Object.keys((await answer.json()) as object).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    await fetch(`${url}/proxies/${encodeURIComponent(name)}`, { method: 'DELETE', signal: AbortSignal.timeout(2_000) });
  }
}

function told(line: string): void {
  if (line.startsWith('{')) {
    const { folder, url, prefix } = JSON.parse(line) as { folder?: string; url?: string; prefix?: string };
    if (folder !== undefined) folders.add(folder);
    if (url !== undefined && prefix !== undefined) links.push({ url, prefix });
    return;
  }
  const pid = Number(line.slice(1));
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (line.startsWith('+')) watched.add(pid);
  else watched.delete(pid);
}

const lines = createInterface({ input: process.stdin });
lines.on('line', told);
lines.on('close', () => void end());
// signals meant for the terminal's whole process group must not end the warden before the harness
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
