import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, micros, seconds } from '../../../proxy/host/units.ts';
import { documented, hardened } from '../../../proxy/policy/behaviour.ts';
import { faultCatalogue } from '../../../sim/faults/catalogue.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { smallPlan } from '../plan/small-plan.ts';

const settles = (kind: string, plan: Plan) =>
  faultCatalogue.get(kind).settles(plan, {
    id: 'f',
    kind,
    targets: [],
    at: instant(0),
    until: null,
    parameters: {},
    origin: 'schedule',
  });
const detected = (kind: string, plan: Plan) => faultCatalogue.get(kind).detectedWithin(plan);
const withBehaviour = (behaviour: Plan['behaviour']): Plan => ({ ...smallPlan, behaviour });

test('a crash is known at once where closed tunnels count, else by silence', () => {
  assert.is(detected('connector crash', withBehaviour(documented)), 0);
  const blind = { ...documented, detection: { ...documented.detection, onClose: false } };
  assert.is(detected('connector crash', withBehaviour(blind)), seconds(30));
});

test('silence is noticed by the suspicion time, else by the death time, else only by the backend deadline', () => {
  assert.is(detected('site loss', withBehaviour(hardened)), 2_500_000);
  assert.is(detected('site loss', withBehaviour(documented)), seconds(30));
  const off = { ...documented, detection: { ...documented.detection, deadAfter: undefined } };
  assert.is(detected('site loss', withBehaviour(off)), seconds(85));
});

test('settling covers restart and slow start, redialling, requests under way and session lives', () => {
  assert.ok(settles('connector crash', withBehaviour(hardened)) >= seconds(5 + 10));
  assert.ok(settles('site loss', smallPlan) >= seconds(30 + 30));
  assert.ok(settles('backend slow', smallPlan) >= seconds(85));
  assert.ok(settles('token outage', smallPlan) >= 3 * smallPlan.identity.sessionLife.to);
});

test('what carries history settles with it: longer lives, longer settling', () => {
  const longer: Plan = {
    ...smallPlan,
    identity: {
      ...smallPlan.identity,
      sessionLife: { from: micros(0), to: micros(10 * smallPlan.identity.sessionLife.to) },
    },
  };
  for (const fault of faultCatalogue.all) {
    const grows = settles(fault.kind, longer) > settles(fault.kind, smallPlan);
    assert.is(grows, fault.carries === 'session ages', fault.kind);
  }
});

test.run();
