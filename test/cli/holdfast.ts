import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../repository/source-tree.ts';

/** The compiled command line, as `npx holdfast` runs it. */
export const main = path.join(root, 'dist/sim/cli/main.js');

export const scenario = (name: string): string => path.join(root, 'test/cli/scenarios', name);

export interface Ended {
  /** Exit code; the signal's name when one ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with all of stdout and stderr once it holds the text; rejects when the process ends first. */
  says(text: string): Promise<string>;
}

export interface Start {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A process group of its own, as a shell gives to a job. */
  readonly detached?: boolean;
  /** Killed after this long, ms; a loaded machine needs much more than a quiet one. */
  readonly deadlineMs?: number;
}

/** Starts the command line as a child process without a terminal. */
export function start(args: readonly string[], options: Start = {}): Running {
  const { CI: _ci, GITHUB_STEP_SUMMARY: _summary, FORCE_COLOR: _force, NO_COLOR: _no, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached === true,
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    for (const listener of listeners) listener();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs ?? 120_000);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal ?? 'none', stdout, stderr });
    });
  });
  return {
    child,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${stdout}${stderr}`.includes(text)) return;
          listeners.delete(look);
          resolve(stdout + stderr);
        };
        listeners.add(look);
        look();
        void ended.then((end) => reject(new Error(`ended with ${end.code} without saying ${text}: ${end.stderr}`)));
      }),
  };
}

/** Runs a command to its end. */
export function holdfast(args: readonly string[], options: Start = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** A folder for one test file, removed when its process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** No message for people holds a stack trace. */
export const hasStack = (text: string): boolean => /^\s+at .+:\d+:\d+\)?$/m.test(text);
