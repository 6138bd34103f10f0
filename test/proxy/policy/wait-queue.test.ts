import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { seconds } from '../../../proxy/host/units.ts';
import type { WaitEnd } from '../../../proxy/policy/wait-queue.ts';
import { WaitQueue } from '../../../proxy/policy/wait-queue.ts';
import { ManualClock } from '../manual-clock.ts';

const rule = { perApplication: 4, timeout: seconds(1) };

test('law: every wait ends exactly once, values are neither lost nor given twice, the bound holds', async () => {
  const step = fc.constantFrom('wait', 'offer', 'cancel', 'pass');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), async (steps, bound) => {
      const clock = new ManualClock();
      const queue = new WaitQueue<number>(clock, { perApplication: bound, timeout: seconds(1) });
      const ends: (number | WaitEnd)[] = [];
      const cancels: CancelSource[] = [];
      let waits = 0;
      let taken = 0;
      for (const [i, what] of steps.entries()) {
        if (what === 'wait') {
          const cancel = new CancelSource();
          cancels.push(cancel);
          waits++;
          void queue.wait(cancel).then((end) => ends.push(end));
        } else if (what === 'offer') {
          const some = queue.size > 0;
          assert.is(queue.offer(i), some);
          if (some) taken++;
        } else if (what === 'cancel') cancels[i % (cancels.length || 1)]?.cancel('gone');
        else await clock.pass(400_000);
        assert.ok(queue.size <= bound);
        assert.is(clock.pending, queue.size, 'one timer per waiter');
      }
      await clock.pass(1_000_000);
      assert.is(ends.length, waits);
      const values = ends.filter((end) => typeof end === 'number');
      assert.is(values.length, taken);
      assert.is(new Set(values).size, taken);
      assert.is(queue.size, 0);
    }),
    { numRuns: 60 },
  );
});

test('first in, first out while at most half full; beyond that the newest goes first', async () => {
  const queue = new WaitQueue<number>(new ManualClock(), rule);
  const order: string[] = [];
  const wait = (name: string): void => void queue.wait().then(() => order.push(name));
  wait('a');
  wait('b');
  queue.offer(1);
  wait('c');
  wait('d');
  queue.offer(2);
  queue.offer(3);
  queue.offer(4);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(order, ['a', 'd', 'b', 'c']);
});

test('full, timed out and cancelled say so', async () => {
  const clock = new ManualClock();
  const queue = new WaitQueue<number>(clock, rule);
  const cancel = new CancelSource();
  const waits = [queue.wait(cancel), queue.wait(), queue.wait(), queue.wait()];
  assert.is(await queue.wait(), 'full');
  cancel.cancel('gone');
  assert.is(await waits[0], 'cancelled');
  assert.is(await queue.wait(cancel), 'cancelled');
  await clock.pass(1_000_000);
  assert.equal(await Promise.all(waits.slice(1)), ['timeout', 'timeout', 'timeout']);
  assert.not.ok(queue.offer(1));
});

test.run();
