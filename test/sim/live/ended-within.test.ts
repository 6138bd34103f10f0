import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endedWithin } from '../../../sim/live/ended-within.ts';

const never = new Promise<void>(() => {});
const hour = 3_600_000;

async function codeOf(waiting: Promise<void>): Promise<string | undefined> {
  try {
    await waiting;
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('an end is waited for, but not beyond its time; a time longer than a timer counts is not none', async () => {
  const { signal } = new AbortController();
  await endedWithin(Promise.resolve(), 1e6 * hour, signal);
  await endedWithin(never, 1, signal);
  let over = false;
  void endedWithin(new Promise((resolve) => setTimeout(resolve, 50)), 1e6 * hour, signal).then(() => {
    over = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.is(over, false);
});

test('whoever interrupts does not wait for the end', async () => {
  const controller = new AbortController();
  const waiting = codeOf(endedWithin(never, hour, controller.signal));
  controller.abort();
  assert.is(await waiting, 'ERR_INTERRUPTED');
  assert.is(await codeOf(endedWithin(Promise.resolve(), hour, controller.signal)), 'ERR_INTERRUPTED');
});

test.run();
