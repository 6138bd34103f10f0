import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runTurns } from '../../../sim/virtual/drain.ts';
import { deepChains } from './deep-chains.ts';

const command = fileURLToPath(new URL('./drain-command.js', import.meta.url));
const run = promisify(execFile);

test('exact inside a test body', async () => {
  assert.is((await deepChains('auto')).unfinished, 0);
});

test('exact inside a fast-check property', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('sync' as const, 'immediates' as const), async (method) => {
      assert.is((await deepChains(method)).unfinished, 0);
    }),
    { numRuns: 6 },
  );
});

test('exact in a worker thread, with the hash of this thread', async () => {
  const worker = new Worker(command);
  const found = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  assert.equal(found, await deepChains('auto'));
  assert.is((found as { unfinished: number }).unfinished, 0);
});

test('exact at the module level of a command, with the hash of this process', async () => {
  const { stdout } = await run(process.execPath, [command]);
  assert.equal(JSON.parse(stdout), await deepChains('auto'));
});

test('both ways of draining give one hash', async () => {
  const sync = await deepChains('sync');
  assert.equal(sync, await deepChains('immediates'));
  assert.is(sync.unfinished, 0);
});

test('the check can fail: events with no drain between them find chains unfinished', async () => {
  let running = 0;
  let unfinished = 0;
  for (let i = 0; i < 10; i++) {
    if (running > 0) unfinished += 1;
    running += 1;
    void (async () => {
      for (let depth = 0; depth < 5; depth++) await undefined;
      running -= 1;
    })();
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(unfinished > 0);
  assert.is(running, 0);
});

test('the real loop gets its turn in a long run', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  let left = 500_000;
  await runTurns(() => left-- > 0);
  clearInterval(timer);
  assert.ok(turns > 0);
});

test('an error of a step rejects, in both ways of draining', async () => {
  for (const method of ['sync', 'immediates'] as const) {
    let steps = 0;
    const failing = runTurns(() => {
      steps += 1;
      if (steps === 3) throw new Error('third step');
      return true;
    }, method);
    try {
      await failing;
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'third step');
    }
    assert.is(steps, 3);
  }
});

test('what a callback of the process throws meanwhile is an uncaught error with its own message', async () => {
  for (const method of ['auto', 'immediates']) {
    const failure = await run(process.execPath, [command, method, 'throwing']).catch((error: unknown) => error);
    assert.match((failure as { stderr: string }).stderr, /thrown in a tick/);
    assert.not.match((failure as { stderr: string }).stderr, /corrupted/);
  }
});

for (const method of ['sync', 'immediates'] as const) {
  test(`${method}: a run that never ends is given up once it is interrupted`, async () => {
    let asked = 0;
    await runTurns(
      () => true,
      method,
      () => ++asked > 3,
    ).then(
      () => assert.unreachable(),
      (error: { code: string }) => assert.is(error.code, 'ERR_INTERRUPTED'),
    );
  });
}

test.run();
