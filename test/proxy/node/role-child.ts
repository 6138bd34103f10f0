import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./role-main.js', import.meta.url));

/** A role in a process of its own, with what it said. */
export interface RoleChild {
  readonly process: ChildProcess;
  /** The ready line; rejects with standard error when the role ended without one. */
  readonly ready: Promise<Record<string, unknown>>;
  /** The line at the first signal. */
  readonly draining: Promise<void>;
  readonly exit: Promise<number | string>;
  readonly errors: () => string;
  say(message: unknown): Promise<Record<string, unknown>>;
}

export function roleFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'holdfast-role-'));
}

/** `config`: the configuration, text for its file, or the path of a file that is there (ends with .json). */
export function startRole(folder: string, name: string, config: unknown, parent = true): RoleChild {
  const given = typeof config === 'string' && config.endsWith('.json');
  const file = given ? config : path.join(folder, `${name}-${Math.trunc(performance.now() * 1000)}.json`);
  if (!given) writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, [script, name, file, ...(parent ? ['--with-parent'] : [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  child.stdin.on('error', () => {});
  const answers: Array<(line: Record<string, unknown>) => void> = [];
  const exit = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  let drains = (): void => {};
  const draining = new Promise<void>((resolve) => {
    drains = resolve;
  });
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      if (line['ready'] === true) resolve(line);
      else if (line['draining'] === true) drains();
      else answers.shift()?.(line);
    });
    void exit.then((code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
  ready.catch(() => {});
  return {
    process: child,
    ready,
    draining,
    exit,
    errors: () => errors,
    say(message) {
      return new Promise((resolve) => {
        answers.push(resolve);
        child.stdin.write(`${JSON.stringify(message)}\n`);
      });
    },
  };
}
