import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Kernel } from '../../../sim/virtual/kernel.ts';
import { Life } from '../../../sim/virtual/life.ts';

test('timers fire at their instant, in order of setting among equals, and cleared ones never', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ span: fc.constantFrom(0, 1, 5, 5, 30, 1000), clear: fc.boolean(), at: fc.nat(40) }), {
        maxLength: 200,
      }),
      async (wanted) => {
        const kernel = new Kernel();
        const life = new Life();
        const fired: Array<[number, number]> = [];
        const expected: Array<[number, number, number]> = [];
        const ordered = wanted.map((timer, index) => ({ ...timer, index })).sort((a, b) => a.at - b.at);
        for (const [rank, { span, clear, at, index }] of ordered.entries()) {
          kernel.schedule(
            at,
            {
              run: () => {
                const id = kernel.timers.add(span, { awake: () => fired.push([kernel.now, index]) }, life);
                if (clear) kernel.timers.clear(id);
              },
            },
            life,
          );
          if (!clear) expected.push([at + span, rank, index]);
        }
        await kernel.run(10_000);
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        assert.equal(
          fired,
          expected.map(([at, , index]) => [at, index]),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('a thousand pending time-outs of one span cost one entry in the event queue', () => {
  const kernel = new Kernel();
  const life = new Life();
  const ids = Array.from({ length: 1000 }, () => kernel.timers.add(30_000_000, { awake: () => {} }, life));
  assert.is(kernel.pending, 1);
  for (const id of ids) kernel.timers.clear(id);
  assert.is(kernel.timers.lists, 1);
});

test('an id that fired or was cleared does not clear a later timer in its place', async () => {
  const kernel = new Kernel();
  const life = new Life();
  let fired = 0;
  const first = kernel.timers.add(10, { awake: () => {} }, life);
  kernel.timers.clear(first);
  kernel.timers.add(10, { awake: () => fired++ }, life);
  kernel.timers.clear(first);
  await kernel.run(20);
  assert.is(fired, 1);
});

test('spans that are used once do not stay behind', async () => {
  const kernel = new Kernel();
  const life = new Life();
  for (let span = 1; span <= 500; span++) kernel.timers.add(span, { awake: () => {} }, life);
  await kernel.run(1000);
  assert.is(kernel.timers.lists, 0);
  assert.is(kernel.pending, 0);
});

test('a dead life swallows its timers; a frozen one fires them late, before what came from outside', async () => {
  const kernel = new Kernel();
  const dead = new Life();
  const frozen = new Life();
  const seen: string[] = [];
  kernel.timers.add(10, { awake: () => seen.push('dead') }, dead);
  dead.die();
  frozen.freeze();
  kernel.schedule(5, { run: () => seen.push(`frame ${kernel.now}`) }, frozen);
  kernel.timers.add(10, { awake: () => seen.push(`timer ${kernel.now}`) }, frozen);
  await kernel.run(50);
  assert.equal(seen, []);
  assert.is(frozen.heldBack, 2);
  for (const task of frozen.thaw()) kernel.schedule(kernel.now, task, frozen);
  await kernel.run(60);
  assert.equal(seen, ['timer 50', 'frame 50']);
});

test.run();
