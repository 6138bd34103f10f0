import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasStack, holdfast, main, type Running, scenario, start, temporaryFolder } from './holdfast.ts';
import { processesWith, until } from './live-processes.ts';

/**
 * Real processes under the command line. The machine may be loaded: what is asserted is what was touched, structure and
 * clean-up, never a figure. One replication has no interval, so the verdict of every whole run here is inconclusive.
 */
const home = temporaryFolder();
const deadlineMs = 100_000;

/** Run folders go below a TMPDIR of this test, so that what is left is ours and role configurations name us. */
const env = { TMPDIR: home };
const leftFolders = (): string[] => readdirSync(home).filter((name) => name.startsWith('holdfast-'));
const roles = (): ReturnType<typeof processesWith> => processesWith(path.join(home, 'holdfast-'));

function live(out: string, file: string, ...more: string[]): Running {
  const args = ['run', scenario(file), '--engine', 'live', '--out', path.join(home, out), ...more];
  return start(args, { env, deadlineMs, detached: true });
}

interface Result {
  readonly engine: string;
  readonly verdict: string;
  readonly measurement: {
    readonly requests: number;
    readonly ok: number;
    readonly idleFaults: readonly string[];
    readonly faultHits: ReadonlyArray<{ fault: string; occurrences: number; hit: number }>;
  };
  readonly timeline: { readonly lanes: ReadonlyArray<{ readonly part: string }> };
}

const resultIn = (folder: string): Result =>
  JSON.parse(readFileSync(path.join(home, folder, 'result.json'), 'utf8')) as Result;

const crash = { fault: 'connector crash on connector/paris/1', occurrences: 1, hit: 1 };

async function nothingLeft(): Promise<void> {
  assert.ok(await until(() => roles().length === 0, 15_000), `left: ${JSON.stringify(roles())}`);
  assert.ok(await until(() => leftFolders().length === 0, 15_000), `left: ${leftFolders()}`);
}

test('a whole run with a connector crash: verdict, result, report; no process and no folder left', async () => {
  const { code, stdout, stderr } = await live('whole', 'live.yaml').ended;
  assert.is(code, 3, stderr);
  assert.match(stdout, 'live engine, real processes and sockets (L4)');
  const folder = path.join(home, 'whole/live');
  const result = resultIn('whole/live');
  assert.is(result.engine, 'live');
  assert.is(result.verdict, 'inconclusive');
  assert.ok(result.measurement.requests > 50, `${result.measurement.requests} requests`);
  assert.ok(result.measurement.ok > 0, 'users were served');
  assert.equal(result.measurement.faultHits, [crash], 'the crash broke tunnels');
  assert.equal(result.measurement.idleFaults, []);
  assert.is(result.timeline.lanes[0]?.part, 'connector/paris/1');
  assert.match(readFileSync(path.join(folder, 'report.html'), 'utf8'), '</html>');
  await nothingLeft();
});

test('a fault that touches nobody is installed, told and named as idle', async () => {
  const { code, stdout, stderr } = await live('idle', 'live-idle.yaml').ended;
  assert.is(code, 3, stderr);
  assert.match(stdout, 'faults that hit nothing');
  const { measurement } = resultIn('idle/live-idle');
  assert.ok(measurement.ok > 0, 'users were served');
  assert.equal(measurement.faultHits, [{ fault: 'token slow on token-service', occurrences: 1, hit: 0 }]);
  assert.equal(measurement.idleFaults, ['token slow on token-service']);
  await nothingLeft();
});

test('a fault without an end outlasts the run: no request of its last seconds is saved by the clean-up', async () => {
  const { code, stderr } = await live('endless', 'live-endless.yaml').ended;
  assert.is(code, 3, stderr);
  const { requests, ok } = resultIn('endless/live-endless').measurement;
  // Four of ten seconds are served; thawed at the end of the run, the last five would be as well.
  assert.ok(ok < 0.6 * requests, `${ok} of ${requests}`);
  await nothingLeft();
});

test('Ctrl-C at a terminal, to the whole process group, in the middle of a crash: healed, exit 130, nothing left', async () => {
  const running = live('interrupted', 'live-long.yaml');
  assert.ok(await until(() => roles().some(({ command }) => command.includes('driver.json')), 60_000), 'load began');
  assert.ok(running.child.pid);
  process.kill(-running.child.pid, 'SIGINT');
  const { code, stdout, stderr } = await running.ended;
  assert.is(code, 130, stderr);
  assert.is(stdout, '');
  assert.match(stderr, 'faults were healed');
  assert.not.ok(hasStack(stderr), stderr);
  await nothingLeft();
});

test('two Ctrl-C leave at once, while it still starts; the warden ends the rest', async () => {
  const running = live('twice', 'live-long.yaml');
  assert.ok(await until(() => roles().length >= 1, 60_000), 'a role runs');
  running.child.kill('SIGINT');
  await running.says('stopping');
  running.child.kill('SIGINT');
  assert.is((await running.ended).code, 130);
  await nothingLeft();
});

test('kill -9 of the harness while a connector is frozen: every process is gone within seconds', async () => {
  const running = live('killed', 'live-long.yaml');
  const frozen = (): boolean => roles().some(({ state }) => state === 'T');
  assert.ok(await until(frozen, 80_000), 'a connector is frozen by SIGSTOP');
  const before = roles();
  assert.ok(before.length >= 5, JSON.stringify(before));
  running.child.kill('SIGKILL');
  assert.is((await running.ended).code, 'SIGKILL');
  await nothingLeft();
});

test('--toxiproxy: against a server of its own; its links are gone afterwards, also after kill -9', async () => {
  const server = start(['toxics', '-host', '127.0.0.1', '-port', '0', '-seed', '1'], { deadlineMs: 2 * deadlineMs });
  try {
    const url = /"url":"([^"]+)"/.exec(await server.says('"Listening"'))?.[1] ?? '';
    const links = async (): Promise<string[]> => Object.keys((await (await fetch(`${url}/proxies`)).json()) as object);
    const { code, stderr } = await live('external', 'live.yaml', '--toxiproxy', `${url}/`).ended;
    assert.is(code, 3, stderr);
    assert.equal(resultIn('external/live').measurement.faultHits, [crash]);
    assert.equal(await links(), []);
    await nothingLeft();

    const running = live('external-killed', 'live-long.yaml', '--toxiproxy', url);
    assert.ok(await until(() => roles().some(({ command }) => command.includes('driver.json')), 60_000), 'load began');
    assert.ok((await links()).length >= 5);
    running.child.kill('SIGKILL');
    await running.ended;
    await nothingLeft();
    for (let look = 0; look < 100 && (await links()).length > 0; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await links(), []);
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
});

test('a scenario too large for a live run is refused with reasons before anything starts', async () => {
  const large = path.join(home, 'large.yaml');
  const { stdout } = await holdfast(['explain', scenario('live.yaml'), '--as', 'yaml']);
  writeFileSync(large, stdout.replace(/requestsPerSecond: 10\b/, 'requestsPerSecond: 9000'));
  const { code, stderr } = await holdfast(['run', large, '--engine', 'live', '--out', home], { env });
  assert.is(code, 2, stderr);
  assert.match(stderr, 'ERR_PLAN_REFUSED');
  assert.not.ok(hasStack(stderr), stderr);
  await nothingLeft();
});

test('no process of the command line is left', () => {
  const own = processesWith(main).filter(({ command }) => command.includes(home));
  assert.equal(own, []);
});

test.run();
