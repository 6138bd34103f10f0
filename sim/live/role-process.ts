import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { HoldfastError } from '../../proxy/host/errors.ts';

/** The JSON line a role prints when it listens; its other members are addresses and ports. */
export type ReadyLine = Readonly<Record<string, unknown>>;

/** What a role answered to a command: the members that joined its acknowledgement. */
export type Answer = Readonly<Record<string, unknown>>;

/** Lines of a role that are kept for an error message. */
const keptLines = 40;

/** What a role said to a command: its answer, or why it refused; undefined: nothing in time. */
type Heard = { readonly answer: Answer } | { readonly refused: string } | undefined;

/** Questions that may wait for an answer, beside orders, of which there are as many as a run's faults ask for. */
const mostWaiting = 64;

/** One role of the proxy as a real process: started, killed, frozen, thawed, told things on its standard input. */
export class RoleProcess {
  readonly id: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #readyLine: Promise<ReadyLine>;
  readonly #lastLines: string[] = [];
  /** Commands without an answer yet, in order; roles answer in order, also to those nobody waits for any more. */
  readonly #waiting: Array<(heard: Heard) => void> = [];
  #frozen = false;
  /** From spawn to the ready line; undefined before. */
  startedInMs: number | undefined = undefined;

  constructor(id: string, args: readonly string[]) {
    this.id = id;
    // a process group of its own: Ctrl-C at a terminal reaches the whole group, and only the harness may act on it
    const spawned = performance.now();
    const child = spawn(process.execPath, [...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: roleEnvironment(),
      detached: true,
    });
    this.#child = child;
    child.stdin?.on('error', () => {});
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    this.#readyLine = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`ended with ${signal ?? code} before it was ready\n${this.#lastLines.join('\n')}`));
      });
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on('line', (line) => {
          this.#keep(line);
          if (line.startsWith('{"ready":true')) {
            this.startedInMs ??= performance.now() - spawned;
            resolve(JSON.parse(line) as ReadyLine);
          }
          this.#heard(line);
        });
      }
    });
    this.#readyLine.catch(() => {});
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => this.#keep(line));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  /** The ready line; rejects when the process ended first or `withinMs` passed. */
  async ready(withinMs = 0): Promise<ReadyLine> {
    if (withinMs === 0) return this.#readyLine;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no ready line within ${withinMs} ms`)), withinMs);
    });
    try {
      return await Promise.race([this.#readyLine, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when the process has ended, whatever the way. */
  exited(): Promise<void> {
    return this.#exited;
  }

  /**
   * Asks something and gives back what joined the acknowledgement; undefined when it was refused or none came within
   * `withinMs`. Several may be under way. A frozen role is not asked for its counters: it would answer once it runs again,
   * and until then every look would wait in vain and in front of orders.
   */
  async command(message: Readonly<Record<string, unknown>>, withinMs: number): Promise<Answer | undefined> {
    if (this.#frozen && message['metrics'] === true) return undefined;
    if (!this.alive || this.#waiting.length >= mostWaiting) return undefined;
    const heard = await this.#say(message, withinMs);
    return heard !== undefined && 'answer' in heard ? heard.answer : undefined;
  }

  /**
   * Has the role change something, and waits at most `withinMs` until it has. A frozen one is told and not waited for: it
   * obeys first of all once it runs again. One that is not alive is told nothing.
   * @throws HoldfastError ERR_ROLE_REFUSED
   */
  async order(message: Readonly<Record<string, unknown>>, withinMs: number): Promise<void> {
    if (!this.alive) return;
    const said = this.#say(message, withinMs);
    if (this.#frozen) return;
    const heard = await said;
    if (heard === undefined || 'answer' in heard) return;
    throw new HoldfastError('ERR_ROLE_REFUSED', `${this.id} refused ${JSON.stringify(message)}: ${heard.refused}`, {
      facts: { role: this.id, refused: heard.refused },
      hint: 'the run would go on without this fault: give it a value within the bounds named here, or run it virtual',
    });
  }

  #say(message: Readonly<Record<string, unknown>>, withinMs: number): Promise<Heard> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), withinMs);
      this.#waiting.push((heard) => {
        clearTimeout(timer);
        resolve(heard);
      });
      this.tell(message);
    });
  }

  #heard(line: string): void {
    if (line.startsWith('{"ok":true')) {
      const { result } = JSON.parse(line) as { result?: unknown };
      this.#waiting.shift()?.({ answer: typeof result === 'object' && result !== null ? (result as Answer) : {} });
    } else if (line.startsWith('{"refused":')) {
      this.#waiting.shift()?.({ refused: String((JSON.parse(line) as { refused: unknown }).refused) });
    }
  }

  /** One JSON line on the role's standard input. */
  tell(message: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  freeze(): void {
    if (this.alive && !this.#frozen) this.#frozen = this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    if (this.#frozen) this.#child.kill('SIGCONT');
    this.#frozen = false;
  }

  /** True once the kernel reports the process as stopped; asks for at most a second. Linux only (elsewhere: as told). */
  async isStopped(): Promise<boolean> {
    for (let look = 0; look < 50; look++) {
      const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8').catch(() => undefined);
      if (stat === undefined) return this.#frozen;
      // the state follows the command name, which is in parentheses and may hold blanks
      if (/^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  /** SIGKILL and wait for the end; works on a frozen process. */
  async kill(): Promise<void> {
    this.killNow();
    await this.#exited;
  }

  killNow(): void {
    if (this.alive) this.#child.kill('SIGKILL');
  }

  /** SIGTERM, and SIGKILL after `graceMs`. */
  async end(graceMs: number): Promise<void> {
    if (!this.alive) return;
    this.thaw();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.killNow(), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > keptLines) this.#lastLines.shift();
  }
}

/** Roles get nothing of the harness's environment but what Node needs; secrets of a CI job stay outside. */
function roleEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SYSTEMROOT', 'LANG', 'NODE_EXTRA_CA_CERTS']) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return kept;
}
