import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProcessGroup } from '../../../sim/live/process-group.ts';
import { eventually } from './echo-link.ts';
import { FakeRoles } from './fake-roles.ts';

const fakes = new FakeRoles();
test.after(() => fakes.remove());

test('the warden is told once of each role that is gone, also of one that ended by itself', async () => {
  const group = new ProcessGroup(fakes.warden);
  const ends = `process.stdin.once('data', () => process.exit(1)); process.stdout.write('{"ready":true}\\n');`;
  const alone = await group.start('alone', ['-e', ends]);
  const killed = await group.start('killed', [fakes.cli]);
  const kept = await group.start('kept', [fakes.cli]);
  alone.tell({});
  await alone.exited();
  await group.kill(killed);
  assert.equal(await group.close(), []);
  const lines = fakes.lines();
  for (const { pid, id } of [alone, killed, kept]) {
    assert.is(lines.filter((line) => line === `+${pid}`).length, 1, id);
    assert.is(lines.filter((line) => line === `-${pid}`).length, 1, id);
  }
  assert.ok(lines.indexOf(`-${alone.pid}`) < lines.indexOf(`-${kept.pid}`));
});

test('a warden that somebody killed is not waited for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'killed-warden-'));
  try {
    const script = path.join(folder, 'warden.mjs');
    const note = path.join(folder, 'pid');
    writeFileSync(
      script,
      `import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(note)}, String(process.pid));
      process.kill(process.pid, 'SIGKILL');`,
    );
    const group = new ProcessGroup(script);
    // a process that ended can be signalled until its parent has heard of its end
    await eventually(() => existsSync(note) && !lives(Number(readFileSync(note, 'utf8'))), 'it is gone');
    let left: readonly string[] | undefined;
    void group.close().then((ids) => {
      left = ids;
    });
    await eventually(() => left !== undefined, 'the group is closed');
    assert.equal(left, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function lives(pid: number): boolean {
  try {
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.run();
