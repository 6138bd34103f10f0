/**
 * Runs every test file in a process of its own and adds the totals up.
 *
 * Why not one uvu process: live tests and virtual-time drains must not share an event loop, a file that forgets
 * `test.run()` exits 0 with nothing tested, and uvu has no deadline. Here a silent file and a hanging file both fail.
 *
 * usage: node dist/test/run.js [filter …] [--concurrency N] [--deadline-s N] [--skip-list]
 * A filter is a substring of the file's path. The last line printed is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
  readonly seconds: number;
}

function testFiles(): string[] {
  return readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .sort();
}

/** uvu prints Total / Passed / Skipped; a file without such a line executed nothing, which counts as one failure. */
export function readTotals(output: string, exitCode: number | null): { passed: number; failed: number } {
  const total = /^ {2}Total:\s+(\d+)/m.exec(output);
  const passed = /^ {2}Passed:\s+(\d+)/m.exec(output);
  const skipped = /^ {2}Skipped:\s+(\d+)/m.exec(output);
  if (total === null || passed === null || Number(total[1]) === 0) return { passed: 0, failed: 1 };
  const failed = Number(total[1]) - Number(passed[1]) - Number(skipped?.[1] ?? 0);
  return { passed: Number(passed[1]), failed: failed === 0 && exitCode !== 0 ? 1 : Math.max(0, failed) };
}

function runFile(file: string, deadlineMs: number): Promise<FileResult> {
  return new Promise((resolve) => {
    const started = performance.now();
    const compiled = path.join(root, 'dist', file.replace(/\.ts$/, '.js'));
    const child = spawn(process.execPath, ['--enable-source-maps', compiled], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const totals = readTotals(output, code);
      if (hung) output += `\nkilled: no end within ${deadlineMs / 1000} s\n`;
      const failed = hung ? Math.max(1, totals.failed) : totals.failed;
      resolve({ file, passed: totals.passed, failed, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

async function main(args: string[]): Promise<void> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at >= 0 ? Number(args.splice(at, 2)[1]) : fallback;
  };
  const concurrency = option('--concurrency', 2);
  const deadlineMs = option('--deadline-s', 240) * 1000;
  const files = testFiles().filter((file) => args.length === 0 || args.some((part) => file.includes(part)));
  const queue = [...files];
  let passed = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await runFile(file, deadlineMs);
      passed += result.passed;
      failed += result.failed;
      const mark = result.failed === 0 ? '✓' : '✗';
      const notices = result.output.split('\n').filter((line) => line.startsWith('skipped:'));
      console.log(`${mark} ${file}  ${result.passed} passed, ${result.failed} failed  ${result.seconds.toFixed(1)} s`);
      for (const notice of notices) console.log(`  ${notice}`);
      if (result.failed > 0) console.log(result.output);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
