import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros } from '../../../proxy/host/units.ts';
import { faultTimeline } from '../../../sim/faults/timeline.ts';
import type { PlannedFault } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';

const fault = (id: string, at: number, until: number | null): PlannedFault => ({
  id,
  kind: 'connector crash',
  targets: ['connector/paris/1'],
  at: instant(at),
  until: until === null ? null : instant(until),
  parameters: {},
  origin: 'schedule',
});
const plan = (faults: PlannedFault[]) => ({ ...smallPlan, horizon: micros(100), faults });
const text = (faults: PlannedFault[]) =>
  faultTimeline(plan(faults)).map(({ at, action, fault: { id } }) => `${at} ${action} ${id}`);

test('ends come before starts of the same instant', () => {
  assert.equal(text([fault('b', 0, 10), fault('a', 10, 20)]), ['0 start b', '10 end b', '10 start a', '20 end a']);
});

test('nothing happens at or after the horizon', () => {
  assert.equal(text([fault('a', 50, 100), fault('b', 60, null), fault('c', 100, 110)]), ['50 start a', '60 start b']);
});

test('law: every start inside the horizon is there once, no end stands before its start, instants never fall', () => {
  const spans = fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 1, max: 60 })), { maxLength: 20 });
  fc.assert(
    fc.property(spans, (drawn) => {
      const faults = drawn.map(([at, length], index) => fault(`f${index}`, at, at + length));
      const timeline = faultTimeline(plan(faults));
      const open = new Set<string>();
      let last = 0;
      for (const {
        at,
        action,
        fault: { id },
      } of timeline) {
        assert.ok(at >= last && at < 100);
        last = at;
        if (action === 'start') open.add(id);
        else assert.ok(open.delete(id));
      }
      assert.is(timeline.filter(({ action }) => action === 'start').length, faults.filter(({ at }) => at < 100).length);
      assert.is(open.size, faults.filter(({ at, until }) => at < 100 && (until ?? 0) >= 100).length);
    }),
  );
});

test.run();
