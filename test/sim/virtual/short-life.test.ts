import v8 from 'node:v8';
import vm from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { median } from '../../bench/rounds.ts';
import { smallPlan } from '../plan/small-plan.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** Bytes of the heap that a world leaves behind after young collections alone; the middle of several, for code grows too. */
async function leftByAWorld(world: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 30; i++) await world();
  collect();
  const left: number[] = [];
  for (let i = 0; i < 15; i++) {
    const before = process.memoryUsage().heapUsed;
    await world();
    collect({ type: 'minor' });
    collect({ type: 'minor' });
    left.push(process.memoryUsage().heapUsed - before);
  }
  return median(left);
}

/** A study makes thousands of worlds, of half a megabyte each. */
const world = (): Promise<unknown> => runVirtualPlan(smallPlan, { to: instant(0), planDigest: '' });

/**
 * What V8 allocates among the old keeps what it sees from young collections: a function that is written where it is assigned
 * to a member (`o.f = () => …`: parser-base.h, CheckAssigningFunctionLiteralToProperty), and the hidden class that each
 * object literal with a getter gets for itself. One of either on a world's way, and all of it stays until a full collection.
 */
test('a world is gone after young collections', async () => {
  const bytes = await leftByAWorld(world);
  assert.ok(bytes < 40_000, `${bytes} bytes of each world stay`);
});

test('the check can fail: a world that an old function sees stays', async () => {
  const holder: { held?: () => unknown } = {};
  const kept = await leftByAWorld(async () => {
    const history = [await world(), Array.from({ length: 5_000 }, (_, i) => ({ i }))];
    holder.held = () => history;
  });
  assert.ok(kept > 100_000, `${kept} bytes stay`);
});

test.run();
