import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProcessGroup } from '../../../sim/live/process-group.ts';
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

test.run();
