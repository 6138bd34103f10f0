import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { muteServer } from '../sim/live/mute-server.ts';
import { hasStack, scenario, start, temporaryFolder } from './holdfast.ts';
import { processesWith, until } from './live-processes.ts';

const home = temporaryFolder();

test('Ctrl-C ends a run whose Toxiproxy says nothing, and what may be left there is named', async () => {
  const server = await muteServer();
  try {
    const args = ['run', scenario('live.yaml'), '--engine', 'live', '--toxiproxy', server.url, '--out', 'out'];
    const running = start(args, { cwd: home, env: { TMPDIR: home }, detached: true });
    await server.heard;
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    assert.is(code, 4, stderr);
    assert.match(stderr, `of the Toxiproxy at ${server.url}, which does not answer`);
    assert.match(stderr, 'it came to that after: interrupted');
    assert.not.ok(hasStack(stderr), stderr);
    const left = (): unknown[] => processesWith(path.join(home, 'holdfast-'));
    assert.ok(await until(() => left().length === 0, 15_000), JSON.stringify(left()));
  } finally {
    await server.close();
  }
});

test.run();
