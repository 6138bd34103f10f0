import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { micros, seconds } from '../../../../proxy/host/units.ts';
import type { Plan } from '../../../../sim/plan/plan.ts';
import { loadSettles } from '../../../../sim/sweep/long-horizon/load-settling.ts';
import type { SystemState } from '../../../../sim/sweep/long-horizon/segments.ts';
import { smallPlan } from '../../plan/small-plan.ts';

const gone = { verbs: 'kill', out: true, capacity: 0 };
const all: SystemState = new Map();
const without = (...ids: string[]): SystemState => new Map(ids.map((id) => [id, gone]));
const onlyLyon2 = without('connector/paris/1', 'connector/paris/2', 'connector/lyon/1');
const none = without(...smallPlan.topology.connectors.map(({ id }) => id));

/** Four connectors with 200 places that carry 20 requests a second each. */
const plan = (requestsPerSecond: number, clientRetries = 0): Plan => ({
  ...smallPlan,
  topology: {
    ...smallPlan.topology,
    connectors: smallPlan.topology.connectors.map((connector) => ({ ...connector, demand: micros(100_000) })),
  },
  workloads: [{ ...smallPlan.workloads[0]!, requestsPerSecond, clientRetries }],
});
const { deadline } = smallPlan.outcome;

test('an overload is stationary once every place is taken: backlog over excess, and the deadline', () => {
  // 200 places of the one that is left and 24/s × 20 s of waiting, at 4/s
  assert.ok(loadSettles(plan(24), onlyLyon2, []) >= seconds((200 + 480) / 4) + deadline);
  assert.ok(
    loadSettles(plan(60), onlyLyon2, []) < loadSettles(plan(24), onlyLyon2, []),
    'a larger excess is sooner there',
  );
});

test('below capacity it is a matter of relaxation, longer near the limit and never endless', () => {
  // M/M/1 at 20/s: 1/(√20 − √10)² is 0.58 s, five of these
  const half = loadSettles(plan(10), onlyLyon2, []);
  assert.ok(half > seconds(2.5) && half < seconds(3.5), `${half}`);
  assert.ok(loadSettles(plan(19), onlyLyon2, []) > 10 * half);
  assert.ok(loadSettles(plan(20), onlyLyon2, []) <= seconds(3600));
  assert.ok(loadSettles(smallPlan, all, []) < seconds(0.1), 'ample capacity');
});

test('after an overload its backlog has to be worked off; without one there is none', () => {
  assert.ok(loadSettles(plan(24), all, [onlyLyon2]) >= seconds((200 + 480) / 56) + deadline);
  const waited = loadSettles(plan(24), all, [none]);
  assert.ok(
    waited >= seconds(480 / 56) && waited < deadline,
    'so has what waited for a first connector, and nobody was late',
  );
  assert.ok(loadSettles(plan(10), all, [onlyLyon2]) < seconds(4));
});

test('retries count: what is no overload by itself may become one', () => {
  assert.ok(loadSettles(plan(15, 1), onlyLyon2, []) > loadSettles(plan(15), onlyLyon2, []) + deadline);
});

test('a slow connector has that much less capacity', () => {
  const slow: SystemState = new Map([
    ...onlyLyon2,
    ['connector/lyon/2', { verbs: 'slow 4', out: false, capacity: 0.25 }],
  ]);
  assert.ok(loadSettles(plan(10), slow, []) > deadline);
});

test('a group that nobody asks needs nothing', () => {
  assert.is(loadSettles({ ...smallPlan, workloads: [] }, onlyLyon2, [none]), 0);
});

test.run();
