import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Instant } from '../../../proxy/host/units.ts';
import { LiveScheduler } from '../../../sim/toxics/engine/live-scheduler.ts';
import { DueQueue } from '../../../sim/toxics/engine/scheduler.ts';
import { within } from './sockets.ts';

test('law: calls run by due time, equal ones in the order asked for, cancelled ones never', () => {
  void fc.assert(
    fc.property(fc.array(fc.record({ due: fc.nat({ max: 20 }), cancel: fc.boolean() }), { maxLength: 60 }), (asked) => {
      const queue = new DueQueue();
      const ran: number[] = [];
      const pending = asked.map(({ due }, index) => queue.add(due as Instant, () => ran.push(index)));
      asked.forEach(({ cancel }, index) => {
        if (cancel) pending[index]?.cancel();
      });
      queue.runDue(10 as Instant);
      queue.runDue(20 as Instant);
      const expected = asked
        .map(({ due, cancel }, index) => ({ due, cancel, index }))
        .filter(({ cancel }) => !cancel)
        .sort((a, b) => a.due - b.due || a.index - b.index)
        .map(({ index }) => index);
      assert.equal(ran, expected);
      assert.is(queue.next(), undefined);
    }),
  );
});

test('law: withdrawn calls are thrown out before they outnumber the others, and those run in order all the same', () => {
  void fc.assert(
    fc.property(
      fc.array(fc.record({ due: fc.nat({ max: 50 }), cancel: fc.nat({ max: 9 }) }), { minLength: 100, maxLength: 900 }),
      fc.nat({ max: 9 }),
      (asked, spared) => {
        const queue = new DueQueue();
        const ran: number[] = [];
        const pending = asked.map(({ due }, index) => queue.add(due as Instant, () => ran.push(index)));
        let left = asked.length;
        asked.forEach(({ cancel }, index) => {
          if (cancel <= spared) return;
          pending[index]?.cancel();
          pending[index]?.cancel();
          left -= 1;
          assert.ok(queue.size <= left + Math.max(left, 64), `${queue.size} kept for ${left}`);
        });
        queue.runDue(50 as Instant);
        const expected = asked
          .map(({ due, cancel }, index) => ({ due, cancel, index }))
          .filter(({ cancel }) => cancel <= spared)
          .sort((a, b) => a.due - b.due || a.index - b.index)
          .map(({ index }) => index);
        assert.equal(ran, expected);
        for (const call of pending) call.cancel();
        assert.is(queue.next(), undefined);
        assert.is(queue.size, 0);
      },
    ),
  );
});

test('a call that withdraws many others while calls are run disturbs none of the rest', () => {
  const queue = new DueQueue();
  const ran: string[] = [];
  queue.add(1 as Instant, () => {
    for (const call of others) call.cancel();
    ran.push('first');
  });
  const others = Array.from({ length: 500 }, (_, i) => queue.add((i % 5) as Instant, () => undefined)).slice(50);
  queue.add(3 as Instant, () => ran.push('second'));
  queue.add(9 as Instant, () => ran.push('third'));
  queue.runDue(9 as Instant);
  assert.equal(ran, ['first', 'second', 'third']);
});

test('the live scheduler is never early, whatever the distance', async () => {
  const scheduler = new LiveScheduler(() => undefined);
  const early: number[] = [];
  const waits = Array.from({ length: 200 }, (_, i) => (i * 137) % 25_000);
  await within(
    10_000,
    'all calls',
    Promise.all(
      waits.map((wait) => {
        const due = (scheduler.now() + wait) as Instant;
        return new Promise<void>((resolve) => {
          scheduler.at(due, () => {
            if (scheduler.now() < due) early.push(due - scheduler.now());
            resolve();
          });
        });
      }),
    ),
  );
  scheduler.close();
  assert.equal(early, []);
});

test('a call that throws is told about and does not stop the others', async () => {
  const failures: unknown[] = [];
  const scheduler = new LiveScheduler((error) => failures.push(error));
  const ran = new Promise<void>((resolve) => {
    scheduler.at(scheduler.now(), () => {
      throw new Error('a bug');
    });
    scheduler.at(scheduler.now(), resolve);
  });
  await within(2_000, 'the second call', ran);
  scheduler.close();
  assert.is(failures.length, 1);
});

test.run();
