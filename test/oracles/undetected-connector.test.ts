import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { planOf } from './plan-of.ts';
import { lossesBy, requestsOf } from './requests-of.ts';

/**
 * n connectors, one of them dead or frozen from the first instant to the last, and a service that never finds out: it goes
 * on choosing at random among all n. `what`: how it died.
 */
const scenario = (n: number, what: 'connector crash' | 'connector hang', retries: number): ScenarioInput => ({
  name: 'undetected',
  // No longer: the buffers of a frozen connector's sockets fill up, and what cannot be sent is refused at once (overload).
  run: { duration: '9m' },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: n } } } },
  // The service gives a silent connector up 5 s after the backend's own deadline, which is when a client can try again.
  applications: { shop: { group: 'shop', backendTimeout: '1s' } },
  behaviour: {
    name: 'blind',
    base: 'documented',
    balancer: 'random',
    detection: { onClose: false, suspectAfter: 'never', deadAfter: 'never' },
  },
  workload: {
    people: { application: 'shop', requestsPerSecond: 25, retries: { attempts: retries, delay: '100ms' } },
  },
  faults: { schedule: [{ what, target: 'connector paris/1', at: '0s' }] },
});

/**
 * Every choice is an independent draw, so losses are binomial: standard error √(p(1 − p)/requests), with some 13,500
 * requests 0.0043 for p = 1/2 and 0.0021 for p = 1/16.
 */
async function loses(n: number, what: 'connector crash' | 'connector hang', retries: number): Promise<void> {
  const requests = requestsOf(await runVirtualPlan(planOf(scenario(n, what, retries), { seed: `${n} ${what}` })));
  const p = retries === 0 ? 1 / n : 1 / n / n;
  const lost = requests.filter(({ ok }) => !ok).length / requests.length;
  const error = Math.sqrt((p * (1 - p)) / requests.length);
  agrees(`${what}, one of ${n}, ${retries} retries`, lost, p, error);
  assert.equal(Object.keys(lossesBy(requests)), ['backend-timeout'], 'nothing else goes wrong');
}

for (const what of ['connector crash', 'connector hang'] as const) {
  for (const n of [2, 3, 4]) {
    test(`${what}: one undetected connector among ${n} loses 1/${n} of requests`, () => loses(n, what, 0));
    test(`${what}: with one independent retry by the client, 1/${n * n}`, () => loses(n, what, 1));
  }
}

test('a retry of the service goes elsewhere, so it would lose nothing; it is never made for a request given up', async () => {
  const input = scenario(3, 'connector hang', 0);
  const retrying = { ...(input.behaviour as object), retry: { attempts: 1 } } as ScenarioInput['behaviour'];
  const requests = requestsOf(await runVirtualPlan(planOf({ ...input, run: { duration: '2m' }, behaviour: retrying })));
  const lost = requests.filter(({ ok }) => !ok).length / requests.length;
  // Time is over by then (the deadline of the whole request), so a third is still lost; binomial as above.
  agrees('one of 3, a retry by the service', lost, 1 / 3, Math.sqrt(2 / 9 / requests.length));
});

test('with detection on, the same death is found and nothing is lost later', async () => {
  const input = { ...scenario(3, 'connector crash', 0), behaviour: 'documented', run: { duration: '2m' } };
  const history = await runVirtualPlan(planOf(input));
  assert.equal(lossesBy(requestsOf(history, 5)), {});
});

test.run();
