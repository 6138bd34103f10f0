/**
 * Runs every test file in a process of its own and adds the totals up.
 *
 * Why not one uvu process: live tests and virtual-time drains must not share an event loop, a file that forgets
 * `test.run()` exits 0 with nothing tested, and uvu has no deadline. Here a silent file, a hanging file, and one that
 * leaves a process or a temp folder behind all fail, and the whole has a deadline too.
 *
 * usage: node dist/test/run.js [filter …] [--concurrency N] [--deadline-s N] [--whole-deadline-s N]
 * A filter is a substring of the file's path. The last line printed is `N passed, N failed`.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mostlyWaiting } from './runner/mostly-waiting.ts';
import { runFile } from './runner/run-file.ts';
import { sharesToxiproxy } from './runner/shared-toxiproxy.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

function testFiles(): string[] {
  return readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .sort();
}

async function main(args: string[]): Promise<void> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at >= 0 ? Number(args.splice(at, 2)[1]) : fallback;
  };
  const concurrency = option('--concurrency', 2);
  const deadlineMs = option('--deadline-s', 240) * 1000;
  // two lanes of the gate and its installation must fit into 90 minutes
  const latest = performance.now() + option('--whole-deadline-s', 2_000) * 1000;
  const files = testFiles().filter((file) => args.length === 0 || args.some((part) => file.includes(part)));
  const inTurn = (file: string): boolean =>
    mostlyWaiting.includes(file) || sharesToxiproxy(file, process.env['TOXIPROXY_URL']);
  const queue = files.filter((file) => !inTurn(file));
  const waiting = files.filter(inTurn);
  let passed = 0;
  let failed = 0;
  const worker = async (queue: string[]): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const leftMs = latest - performance.now();
      if (leftMs <= 0) {
        failed += 1;
        console.log(`✗ ${file}  not run: the time for all files is over`);
        continue;
      }
      const compiled = path.join(root, 'dist', file.replace(/\.ts$/, '.js'));
      const result = await runFile(compiled, root, { deadlineMs: Math.min(deadlineMs, leftMs), graceMs: 5_000 });
      passed += result.passed;
      failed += result.failed;
      const mark = result.failed === 0 ? '✓' : '✗';
      const notices = result.output.split('\n').filter((line) => line.startsWith('skipped:'));
      console.log(`${mark} ${file}  ${result.passed} passed, ${result.failed} failed  ${result.seconds.toFixed(1)} s`);
      for (const notice of notices) console.log(`  ${notice}`);
      if (result.failed > 0) console.log(result.output);
    }
  };
  await Promise.all([worker(waiting), ...Array.from({ length: concurrency }, () => worker(queue))]);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

await main(process.argv.slice(2));
