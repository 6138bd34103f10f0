import { type ChildProcess, spawn } from 'node:child_process';
import { HoldfastError } from '../../proxy/host/errors.ts';
import { RoleProcess } from './role-process.ts';
import { siblingScript } from './sibling-script.ts';

/** Everything a live run starts. `close` ends it all; a warden does the same if this process is killed. */
export class ProcessGroup {
  readonly #warden: ChildProcess;
  readonly #roles = new Set<RoleProcess>();

  /** `warden`: the script to run as it. */
  constructor(warden = siblingScript(import.meta.url, 'warden')) {
    this.#warden = spawn(process.execPath, [warden], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#warden.stdin?.on('error', () => {});
    this.#warden.unref();
  }

  /**
   * Starts a role and waits for its ready line.
   * @param args arguments behind `node`: script and flags
   * @throws HoldfastError ERR_ROLE_START when it ends or stays silent for `readyWithinMs`
   */
  async start(id: string, args: readonly string[], readyWithinMs = 20_000): Promise<RoleProcess> {
    const role = new RoleProcess(id, args);
    this.#watch(role);
    this.#roles.add(role);
    // one that ends by itself: its process id may soon be somebody else's, whom the warden must not end
    void role.exited().then(() => this.#forget(role));
    try {
      await role.ready(readyWithinMs);
    } catch (error) {
      await role.kill();
      this.#forget(role);
      throw new HoldfastError('ERR_ROLE_START', `${id} did not start: ${String((error as Error).message)}`, {
        facts: { role: id },
        hint: 'run the role by itself with its configuration to see why; the last lines it printed are above',
        cause: error,
      });
    }
    return role;
  }

  async kill(role: RoleProcess): Promise<void> {
    await role.kill();
    this.#forget(role);
  }

  /** Ends every role (SIGTERM, then SIGKILL) and the warden. Returns the ids that would not die. */
  async close(): Promise<string[]> {
    const roles = [...this.#roles];
    await Promise.all(roles.map((role) => role.end(1_500)));
    const left = roles.filter((role) => role.alive).map((role) => role.id);
    for (const role of roles) this.#forget(role);
    const gone = new Promise<void>((resolve) => {
      if (this.#warden.exitCode !== null || this.#warden.signalCode !== null) resolve();
      else this.#warden.once('exit', () => resolve());
    });
    this.#warden.stdin?.end();
    this.#warden.ref();
    await gone;
    return left;
  }

  /** The warden removes this folder (of mkdtemp) too when this process is killed. */
  ownFolder(folder: string): void {
    this.#tellWarden(JSON.stringify({ folder }));
  }

  /** The warden removes the proxies of this prefix too when this process is killed. */
  ownLinks(url: string, prefix: string): void {
    this.#tellWarden(JSON.stringify({ url, prefix }));
  }

  #watch(role: RoleProcess): void {
    if (role.pid !== undefined) this.#tellWarden(`+${role.pid}`);
  }

  /** Once for each role: said again later, it would be about another process of the same id. */
  #forget(role: RoleProcess): void {
    if (this.#roles.delete(role) && role.pid !== undefined) this.#tellWarden(`-${role.pid}`);
  }

  #tellWarden(line: string): void {
    if (this.#warden.stdin?.writable === true) this.#warden.stdin.write(`${line}\n`);
  }
}
