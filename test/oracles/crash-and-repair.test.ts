import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { planOf, seeds } from './plan-of.ts';
import {
  exposure,
  mtbf,
  noLags,
  repairableGroup,
  seenByService,
  shareAllDown,
  theoryAllDown,
} from './repairable-group.ts';
import { lossesBy, mean, requestsOf, standardErrorOf } from './requests-of.ts';

for (const k of [1, 2, 3]) {
  test(`drawn faults of ${k} connectors: all are down as long as the closed form says`, () => {
    // 300 independent plans: error from their spread, 299 degrees of freedom.
    const shares = seeds(300).map((seed) => shareAllDown(planOf(repairableGroup(k, 0), { seed }), k, 0, noLags));
    agrees(`all of ${k} down`, mean(shares), theoryAllDown(k, 0), standardErrorOf(shares));
  });
}

/**
 * Two comparisons. Sharp: given the drawn faults, a request finds no connector with a known chance p, arrivals are Poisson,
 * so the error is √(p(1 − p)/requests). Blunt, but without the plan between: 20 independent runs against the closed form,
 * error from their spread (19 degrees of freedom: 4.5 errors by chance once in 4,000).
 */
async function compare(k: number, wait: number): Promise<void> {
  const unserved: number[] = [];
  const broken: number[] = [];
  let drawn = 0;
  let unservedTotal = 0;
  let requestsTotal = 0;
  for (const seed of seeds(20)) {
    const plan = planOf(repairableGroup(k, wait), { seed });
    const requests = requestsOf(await runVirtualPlan(plan));
    const losses = lossesBy(requests);
    const { 'no-connector': none = 0, 'connector-lost': lost = 0, ...others } = losses;
    assert.equal(others, {}, 'these are the only ways to lose a request');
    unserved.push(none / requests.length);
    broken.push(lost / requests.length);
    drawn += requests.length * shareAllDown(plan, k, wait, seenByService);
    unservedTotal += none;
    requestsTotal += requests.length;
  }
  const p = drawn / requestsTotal;
  const error = Math.sqrt((p * (1 - p)) / requestsTotal);
  agrees(`${k} connectors, wait ${wait} s: no connector, drawn faults`, unservedTotal / requestsTotal, p, error);
  const theory = theoryAllDown(k, wait);
  agrees(
    `${k} connectors, wait ${wait} s: no connector, closed form`,
    mean(unserved),
    theory,
    standardErrorOf(unserved),
  );
  // Whoever got a connector is lost when it crashes within the exposure: an exponential clock of mean mtbf.
  const cut = (1 - theory) * (1 - Math.exp(-exposure / mtbf));
  agrees(`${k} connectors, wait ${wait} s: cut off by a crash`, mean(broken), cut, standardErrorOf(broken));
}

for (const [k, wait] of [
  [1, 0],
  [2, 0],
  [3, 0],
  [2, 3],
] as const) {
  test(`${k} connectors with crash and repair, ${wait} s of patience: losses as in the closed form`, () =>
    compare(k, wait));
}

test.run();
