import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../repository/source-tree.ts';
import { echoLinks, toxicsAt } from './echo-link.ts';

const script = path.join(root, 'dist/sim/live/warden.js');

/** Tells a warden these lines, ends its standard input and waits for its end. */
async function warden(...lines: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  assert.is(await ended, 0);
}

function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  return { pid: child.pid ?? 0, child, ended };
}

test('when its harness is gone it kills what is still watched, frozen ones too, and spares what was taken off', async () => {
  const [left, frozen, spared] = [sleeper(), sleeper(), sleeper()];
  frozen.child.kill('SIGSTOP');
  await warden(`+${left.pid}`, `+${frozen.pid}`, `+${spared.pid}`, `-${spared.pid}`, '+1', '+nonsense');
  assert.is(await left.ended, 'SIGKILL');
  assert.is(await frozen.ended, 'SIGKILL');
  assert.is(spared.child.exitCode, null);
  spared.child.kill('SIGTERM');
  assert.is(await spared.ended, 'SIGTERM');
});

test("it removes a run's folder, and nothing that is not called like one", async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'warden-test-'));
  const own = mkdtempSync(path.join(home, 'holdfast-'));
  writeFileSync(path.join(own, 'key.pem'), 'secret');
  await warden(JSON.stringify({ folder: own }), JSON.stringify({ folder: home }));
  assert.not.ok(existsSync(own));
  assert.ok(existsSync(home));
  rmSync(home, { recursive: true });
});

test("it takes a run's links down on a server that is not ours, and leaves those of others", async () => {
  const { url, close } = await echoLinks(['a', 'b']);
  await warden(JSON.stringify({ url, prefix: 'run-a' }));
  assert.equal(Object.keys(await toxicsAt(url)), ['run-b']);
  await close();
});

test.run();
