import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, minutes } from '../../proxy/host/units.ts';
import type { ScenarioInput } from '../../sim/scenario/define.ts';
import { runVirtualPlan } from '../../sim/virtual/engine.ts';
import { agrees } from './agrees.ts';
import { planOf, seeds } from './plan-of.ts';
import { lossesBy, mean, requestsOf, type SeenRequest, shareOk } from './requests-of.ts';

/**
 * Sessions live 60 to 90 minutes, uniform, and were renewed for ever before the outage. Density of the rest of a session's
 * life at a random instant: survival function / mean, that is (1/75) for t ≤ 60 and (90 − t)/(30 · 75) beyond. Its tail is
 * the share that still holds a session after t minutes.
 */
function holdsSession(t: number): number {
  if (t >= 90) return 0;
  return t <= 60 ? 1 - t / 75 : ((90 - t) * (90 - t)) / 4500;
}

/**
 * Standard error of the share served in a span: `users` sessions drawn independently, each hit by several of the `requests`,
 * which draw their user independently. Variance p(1 − p)(1/users + 1/requests), the first term for which users are there,
 * the second for which of them ask.
 */
const standardError = (p: number, users: number, requests: number): number =>
  Math.sqrt(Math.max(p * (1 - p), 1 / users) * (1 / users + 1 / requests));

const scenario = (users: number, requestsPerSecond: number, more: Partial<ScenarioInput>): ScenarioInput => ({
  name: 'token outage',
  run: { duration: '100m' },
  topology: { sites: { paris: {} }, connectorGroups: { shop: { connectors: { paris: 1 } } } },
  applications: { shop: { group: 'shop' } },
  workload: { people: { application: 'shop', requestsPerSecond, users } },
  ...more,
});

test('without signing in again, 1 − t/75 of users are served after t minutes of outage, then (90 − t)²/4500', async () => {
  const users = 5000;
  const runs = seeds(3);
  const all: SeenRequest[] = [];
  for (const seed of runs) {
    const plan = planOf(
      scenario(users, 8, {
        identity: { signInAgain: false },
        faults: { schedule: [{ what: 'token outage', at: '0s' }] },
      }),
      { seed },
    );
    all.push(...requestsOf(await runVirtualPlan(plan)));
  }
  for (let from = 0; from < 95; from += 5) {
    const asked = all.filter(({ start }) => start >= from * 60 && start < (from + 5) * 60);
    const theory = mean(asked.map(({ start }) => holdsSession(start / 60)));
    const error = standardError(theory, users * runs.length, asked.length);
    if (from < 90) agrees(`served in minutes ${from} to ${from + 5}`, shareOk(asked), theory, error);
    else assert.is(shareOk(asked), 0, 'every session ends within 90 minutes');
  }
  assert.equal(Object.keys(lossesBy(all)), ['sign-in-incomplete']);
});

test('users who try to sign in again fare the same during the outage, and all are back after it', async () => {
  const users = 1500;
  const requestsPerSecond = 10;
  const warmUp = 10;
  const runs = seeds(2);
  const start = 300;
  const all: SeenRequest[] = [];
  for (const seed of runs) {
    const plan = planOf(
      scenario(users, requestsPerSecond, {
        run: { duration: '400m' },
        faults: { schedule: [{ what: 'token outage', at: `${start}m`, for: '50m' }] },
      }),
      { seed },
    );
    const window = { from: instant(minutes(start - 2)), to: instant(minutes(start + 60)), warmUp: minutes(warmUp - 2) };
    const history = await runVirtualPlan(plan, window);
    const before = requestsOf(history, 0, start * 60 - 10);
    assert.ok(before.length > 1000);
    assert.equal(lossesBy(before), {}, 'nothing is lost before the outage');
    all.push(...requestsOf(history, start * 60));
  }
  // A user asks every users/requestsPerSecond seconds on average (g minutes), so a session that ended in the warm-up of w
  // minutes is renewed g later: 1/75 of users a minute end one, and g(1 − e^(−w/g)) of these minutes are not renewed yet when
  // the outage begins. Sessions renewed in the warm-up outlive the 50 minutes looked at.
  const g = users / requestsPerSecond / 60;
  const notRenewed = (g * (1 - Math.exp(-warmUp / g))) / 75;
  for (let from = 0; from < 50; from += 5) {
    const asked = all.filter((request) => {
      const minute = request.start / 60 - start;
      return minute >= from && minute < from + 5;
    });
    const theory = mean(asked.map((request) => holdsSession(request.start / 60 - start))) - notRenewed;
    const error = standardError(theory, users * runs.length, asked.length);
    agrees(`served in minutes ${from} to ${from + 5}`, shareOk(asked), theory, error);
  }
  assert.equal(Object.keys(lossesBy(all)), ['token-service-unavailable']);
  const after = all.filter((request) => request.start >= (start + 51) * 60);
  assert.ok(after.length > 5000);
  assert.equal(lossesBy(after), {}, 'a minute after the outage nobody is turned away');
});

test.run();
