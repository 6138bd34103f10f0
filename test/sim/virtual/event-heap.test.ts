import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EventHeap } from '../../../sim/virtual/event-heap.ts';
import { Life } from '../../../sim/virtual/life.ts';

const life = new Life();

test('events leave by time, equal times in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(20), fc.constant(-1)), { maxLength: 2000 }), (operations) => {
      const heap = new EventHeap();
      const model: Array<{ time: number; order: number }> = [];
      const names = new Map<object, number>();
      let order = 0;
      for (const operation of operations) {
        if (operation >= 0) {
          const task = { run: () => {} };
          names.set(task, order);
          heap.push(operation, order, task, life);
          model.push({ time: operation, order });
          order += 1;
          continue;
        }
        model.sort((a, b) => a.time - b.time || a.order - b.order);
        const expected = model.shift();
        assert.is(heap.nextTime, expected?.time ?? Number.POSITIVE_INFINITY);
        const task = heap.pop();
        assert.is(task === undefined ? undefined : names.get(task), expected?.order);
      }
      assert.is(heap.size, model.length);
    }),
  );
});

test('a heap that grew far beyond its first size loses nothing', () => {
  const heap = new EventHeap();
  const count = 5000;
  for (let i = 0; i < count; i++) heap.push((i * 7919) % 1009, i, { run: () => {} }, life);
  let previous = -1;
  for (let i = 0; i < count; i++) {
    heap.pop();
    assert.ok(heap.poppedTime >= previous);
    previous = heap.poppedTime;
  }
  assert.is(heap.pop(), undefined);
});

test.run();
