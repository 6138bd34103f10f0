import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endLeftProcesses } from './left-behind.ts';
import { readTotals, type Totals } from './totals.ts';

export interface FileResult extends Totals {
  readonly output: string;
  readonly seconds: number;
}

export interface FileLimits {
  /** It is killed after this long, and counts as failed. */
  readonly deadlineMs: number;
  /** How long what it started may outlive it. */
  readonly graceMs: number;
}

/**
 * Runs one compiled test file in a process with a temp folder of its own. Whatever it does, this ends: a file that hangs
 * is killed, and a child of it that keeps its output open is not waited for. A process or a temp folder that it leaves
 * behind is removed and counts as one failure.
 * @param cwd the repository's root
 */
export async function runFile(compiled: string, cwd: string, limits: FileLimits): Promise<FileResult> {
  const started = performance.now();
  const temp = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  try {
    const { output: printed, code, hung } = await ended(compiled, cwd, temp, limits.deadlineMs);
    const processes = await endLeftProcesses(`TMPDIR=${temp}`, hung ? 0 : limits.graceMs);
    // a browser leaves its singleton folders, npm its compiled code, whatever is asked of them
    const files = (await readdir(temp)).filter((name) => !/^(\.?(org|com)\..*[Cc]hrom|node-compile-cache$)/.test(name));
    const totals = readTotals(printed, code);
    const faults = [
      ...(hung ? [`killed: no end within ${limits.deadlineMs / 1000} s`] : []),
      ...processes.map(({ pid, command }) => `left behind: process ${pid} ${command}`),
      ...(hung ? [] : files.map((name) => `left behind in the temp folder: ${name}`)),
    ];
    return {
      passed: totals.passed,
      failed: faults.length > 0 ? Math.max(1, totals.failed) : totals.failed,
      output: [printed, ...faults].join('\n'),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(temp, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Ended {
  readonly output: string;
  readonly code: number | null;
  readonly hung: boolean;
}

function ended(compiled: string, cwd: string, temp: string, deadlineMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', compiled], {
      cwd,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', TMPDIR: temp },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (code: number | null): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ output, code, hung });
    };
    child.once('close', end);
    // its output may be held open by a child of its own, for as long as that one lives
    child.once('exit', (code) => void setTimeout(end, 1_000, code).unref());
  });
}
