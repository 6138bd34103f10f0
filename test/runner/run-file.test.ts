import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { processesMarked } from './left-behind.ts';
import { type FileResult, runFile } from './run-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'run-file-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** The lines uvu ends with when all of two tests passed. */
const green = `console.log('  Total:     2\\n  Passed:    2\\n  Skipped:   0');`;
/** Holds the output of the file that starts it open, and listens to no polite signal. */
const stopped = `
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true });
  child.kill('SIGSTOP');
  child.unref();
`;

async function run(script: string, deadlineMs = 20_000): Promise<FileResult> {
  const file = path.join(folder, 'subject.mjs');
  writeFileSync(file, script);
  return runFile(file, folder, { deadlineMs, graceMs: 300 });
}

test('a file that leaves nothing behind passes as it says', async () => {
  const { passed, failed } = await run(green);
  assert.equal([passed, failed], [2, 0]);
});

test('a file that hangs is killed, also when a stopped child keeps its output open', async () => {
  const { failed, output } = await run(`${stopped} setInterval(() => {}, 1000);`, 1_000);
  assert.is(failed, 1);
  assert.match(output, 'killed: no end within 1 s');
});

test('a process left behind is ended, named and a failure', async () => {
  if (process.platform !== 'linux') return;
  const { passed, failed, output } = await run(`${stopped} console.log('mark ' + process.env.TMPDIR); ${green}`);
  assert.equal([passed, failed], [2, 1]);
  assert.match(output, /left behind: process \d+ .*setInterval/);
  const mark = `TMPDIR=${/^mark (.*)$/m.exec(output)?.[1]}`;
  for (let look = 0; look < 50 && (await processesMarked(mark)).length > 0; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(await processesMarked(mark), []);
});

test('a child that is about to end gets the time to', async () => {
  const { failed } = await run(`
    const { spawn } = await import('node:child_process');
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 50)'], { stdio: 'ignore' }).unref();
    ${green}
  `);
  assert.is(failed, 0);
});

test('a temp folder left behind is named and a failure', async () => {
  const { passed, failed, output } = await run(`
    (await import('node:fs')).mkdtempSync((await import('node:os')).tmpdir() + '/lost-');
    ${green}
  `);
  assert.equal([passed, failed], [2, 1]);
  assert.match(output, /left behind in the temp folder: lost-/);
});

test.run();
