import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it; Linux only, like the live test's freezes. */
export interface Seen {
  readonly pid: number;
  readonly command: string;
  /** `T` is stopped (SIGSTOP), `Z` ended and not yet waited for. */
  readonly state: string;
}

/** Every process whose command line names the text, ended ones left out. */
export function processesWith(text: string): Seen[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (!command.includes(text)) return [];
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const state = stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
      return state === 'Z' ? [] : [{ pid: Number(name), command, state }];
    } catch {
      // ended between two looks
      return [];
    }
  });
}

/** Polls until the condition holds; resolves with whether it did within the time. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return holds();
}
