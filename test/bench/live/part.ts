import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A process of a benchmark: its own core time can be read, and it ends with the benchmark. */
export class Part {
  readonly name: string;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
  }

  /** Starts `node args…`; resolves with its ready line, `{"ready":true,…}`. Standard error goes to a file in `folder`. */
  static async node(
    name: string,
    args: readonly string[],
    folder: string,
  ): Promise<{ part: Part; ready: Readonly<Record<string, unknown>> }> {
    const log = path.join(folder, `${name.replace(/\W/g, '-')}.log`);
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', openSync(log, 'w')] });
    const ready = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        if (line.startsWith('{"ready":true')) resolve(JSON.parse(line) as Record<string, unknown>);
      });
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
      child.once('error', reject);
    });
    return { part: new Part(name, child), ready };
  }

  /** Starts another program; the caller waits until it answers. */
  static program(name: string, command: string, args: readonly string[]): Part {
    return new Part(name, spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  /** Core seconds of the process and its children so far, user and system (Linux; elsewhere 0). */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(timer);
  }
}

/** Clock ticks a second of /proc, the same on every Linux of today. */
const ticks = 100;

function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = (Number(fields[11]) + Number(fields[12])) / ticks;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children.split(' ').reduce((sum, child) => sum + (child === '' ? 0 : cpuSecondsOf(Number(child))), own);
  } catch {
    return 0;
  }
}
