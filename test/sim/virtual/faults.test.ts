import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import { faultCatalogue } from '../../../sim/faults/catalogue.ts';
import { faultName } from '../../../sim/measure/fault-hits.ts';
import { tallyHistory } from '../../../sim/measure/tally-history.ts';
import type { PlannedFault } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';
import { busyPlan, faultCases, faultFrom, planned, untouchable } from './fault-cases.ts';
import { lossesOf } from './losses.ts';

for (const { fault, plan, causes } of faultCases) {
  test(`${fault.kind}: hits, costs what it must cost, and is over when it is over`, async () => {
    const history = await runVirtualPlan({ ...plan, faults: [fault] });
    const hit = history.events.find((event) => event.kind === 'fault-hit');
    assert.ok(hit?.kind === 'fault-hit' && hit.hits > 0, 'no hit');
    assert.equal(lossesOf(history, 0, faultFrom - 15), {}, 'losses before it');
    const losses = lossesOf(history);
    for (const cause of causes) assert.ok((losses[cause] ?? 0) > 0, `${cause} missing in ${JSON.stringify(losses)}`);
    if (causes.length === 0) assert.equal(losses, {});
    assert.equal(lossesOf(history, 57), {}, 'losses long after it');
  });
}

for (const { fault, plan } of faultCases) {
  test(`${fault.kind}: where nothing is there to be touched it hits nothing, and that is told`, async () => {
    const idle = untouchable(fault, plan);
    const history = await runVirtualPlan(idle);
    const hits = history.events.flatMap((event) =>
      event.kind === 'fault-hit' && event.fault === fault.id ? [event.hits] : [],
    );
    assert.equal(hits, [0]);
    // a second crash of what is already down has the name of the first, which did hit
    const named = tallyHistory(idle, history).faultHits[faultName(fault)];
    assert.is((named?.occurrences ?? 0) - (named?.hit ?? 0), 1);
  });
}

test('a connector killed while it starts stays down until that fault is over too', async () => {
  const id = 'connector/paris/1';
  const first = { ...planned('connector crash', [id]), id: 'first', at: instant(10e6), until: instant(20e6) };
  const second = { ...planned('connector crash', [id]), id: 'second', at: instant(22e6), until: instant(40e6) };
  const history = await runVirtualPlan({ ...busyPlan, faults: [first, second] });
  assert.equal(
    history.events.flatMap((event) => (event.kind === 'part-state' ? [[event.at / 1e6, event.state]] : [])),
    [
      [10, 'down'],
      [45, 'up'],
    ],
  );
  assert.ok(history.events.every((event) => event.kind !== 'fault-hit' || event.hits > 0));
});

test('a hang that a crash ends hit what it held until then', async () => {
  const id = 'connector/paris/1';
  const hang = { ...planned('connector hang', [id]), id: 'hang', at: instant(10e6), until: instant(40e6) };
  const crash = { ...planned('connector crash', [id]), id: 'crash', at: instant(15e6), until: instant(20e6) };
  const told = async (...faults: PlannedFault[]): Promise<number> => {
    const { events } = await runVirtualPlan({ ...busyPlan, faults });
    const hit = events.find((event) => event.kind === 'fault-hit' && event.fault === 'hang');
    return hit?.kind === 'fault-hit' ? hit.hits : Number.NaN;
  };
  const both = await told(hang, crash);
  assert.ok(both > 0, 'no hit');
  // five seconds of it, counted as where the crash is left out and it ends then
  assert.is(both, await told({ ...hang, until: instant(15e6) }));
});

test('every fault of the catalogue has a case', () => {
  assert.equal(
    faultCases.map(({ fault }) => fault.kind),
    [...faultCatalogue.kinds],
  );
});

test.run();
