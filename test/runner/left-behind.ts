import { readdir, readFile } from 'node:fs/promises';

/** A process that outlived the test file that started it. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that carry this mark in their environment, whoever their parent is by now. Children inherit it, so it finds
 * what was detached or orphaned as well. Linux only (proc(5)); none elsewhere.
 */
export async function processesMarked(mark: string): Promise<LeftProcess[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter(
    (name) => /^\d+$/.test(name) && name !== `${process.pid}`,
  );
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(mark)) return undefined;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim() };
    }),
  );
  return found.filter((one) => one !== undefined);
}

/**
 * Ends what a test file left running and tells of it. What is about to end gets `graceMs` to do so by itself.
 */
export async function endLeftProcesses(mark: string, graceMs: number): Promise<LeftProcess[]> {
  let left = await processesMarked(mark);
  for (let waited = 0; left.length > 0 && waited < graceMs; waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    left = await processesMarked(mark);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
  return left;
}
