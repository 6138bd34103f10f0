import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, seconds } from '../../../proxy/host/units.ts';
import type { PlannedFault } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { busyPlan, planned } from './fault-cases.ts';
import { lossesOf } from './losses.ts';

/** Users who sign in all the time, and patience enough for a few seconds of silence. */
const plan = { ...busyPlan, identity: { ...busyPlan.identity, exchangeTimeout: seconds(10) } };

async function play(kind: string, span: number, parameters: PlannedFault['parameters']) {
  const fault = { ...planned(kind, ['token-service'], { hop: 'service-connector', ...parameters }) };
  const history = await runVirtualPlan({ ...plan, faults: [{ ...fault, until: instant(fault.at + span * 1e6) }] });
  const hit = history.events.find((event) => event.kind === 'fault-hit');
  const { start, end } = history.requests;
  const took = Array.from(start, (from, i) => ((end[i] ?? 0) - from) / 1e6).sort((a, b) => a - b);
  const late = took.filter((span) => span > 1);
  return { losses: lossesOf(history), hits: hit?.kind === 'fault-hit' ? hit.hits : 0, late };
}

test('sign-ins wait for the end of a silence and lose nothing when that is soon', async () => {
  const { losses, hits, late } = await play('link partition', 3, {});
  assert.equal(losses, {});
  assert.ok(hits > 0);
  const slowest = late.at(-1) ?? 0;
  assert.ok(slowest > 2.5 && slowest < 4, `${slowest}`);
});

test('on a narrow link a sign-in takes as long as its bytes', async () => {
  const { losses, hits, late } = await play('link bandwidth', 10, { rate: 2_000 });
  assert.equal(losses, {});
  assert.ok(hits > 0);
  // authorization and redemption are some seven kilobytes
  const median = late[Math.floor(late.length / 2)] ?? 0;
  assert.ok(median > 3 && median < 4, `${median} of ${late.length}`);
});

test.run();
