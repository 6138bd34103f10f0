import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { planOf, seeds } from './plan-of.ts';
import { lossesBy, mean, requestsOf, type SeenRequest } from './requests-of.ts';

const lifeMinutes = 30;
const users = 1000;
const requestsPerSecond = 20;

/** Kerberos tickets of 30 minutes on one connector, and a directory outage of 15 minutes. */
const scenario = (from: number): ScenarioInput => ({
  name: 'directory outage',
  run: { duration: `${from + 16}m` },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } },
  applications: { shop: { group: 'shop', singleSignOn: 'kerberos' } },
  directory: { ticketLife: `${lifeMinutes}m`, negativeCache: '1ms' },
  workload: { people: { application: 'shop', requestsPerSecond, users } },
  faults: { schedule: [{ what: 'directory down', at: `${from}m`, for: '15m' }] },
});

/**
 * Share of requests that find no ticket `t` minutes into the outage. A user asks at rate r, so a ticket of life L is held for
 * the share L/(L + 1/r) of the time and its rest is uniform: 1 − (L/(L + 1/r)) (1 − t/L).
 */
function withoutTicket(t: number): number {
  const gap = users / requestsPerSecond / 60;
  return 1 - (lifeMinutes / (lifeMinutes + gap)) * (1 - t / lifeMinutes);
}

for (const from of [3, 30, 40]) {
  test(`what a directory outage costs does not depend on when it is: from minute ${from}`, async () => {
    const runs = seeds(2);
    const all: SeenRequest[] = [];
    for (const seed of runs) {
      for (const one of requestsOf(await runVirtualPlan(planOf(scenario(from), { seed })))) all.push(one);
    }
    for (let minute = 0; minute < 15; minute += 3) {
      const asked = all.filter(({ start }) => start >= (from + minute) * 60 && start < (from + minute + 3) * 60);
      const lost = asked.filter(({ ok }) => !ok).length / asked.length;
      const theory = mean(asked.map(({ start }) => withoutTicket(start / 60 - from)));
      const error = Math.sqrt(
        Math.max(theory * (1 - theory), 1 / users) * (1 / (runs.length * users) + 1 / asked.length),
      );
      agrees(`lost in minutes ${minute} to ${minute + 3}`, lost, theory, error);
    }
    assert.equal(Object.keys(lossesBy(all)), ['directory-unavailable']);
  });
}

test.run();
