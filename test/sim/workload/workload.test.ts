import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { instant, seconds } from '../../../proxy/host/units.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { arrivals } from '../../../sim/workload/arrivals.ts';
import { CookieJar } from '../../../sim/workload/cookie-jar.ts';
import { FrontDoor, pickOfAttempt } from '../../../sim/workload/front-door.ts';
import { journeyEnd, type ServiceAnswer, type UserAgent } from '../../../sim/workload/journey.ts';
import { InitialSessions } from '../../../sim/workload/session-start.ts';
import { smallPlan } from '../plan/small-plan.ts';

function planWith(workloads: Array<Record<string, unknown>>): Plan {
  return { seed: 's', replication: 0, workloads } as unknown as Plan;
}
const shoppers = { id: 'shoppers', users: 10, requestsPerSecond: 20, arrivals: 'poisson' };

test('arrivals of a window are those of the whole run inside it, wherever it begins', () => {
  const plan = planWith([shoppers, { ...shoppers, id: 'clerks', arrivals: 'uniform', requestsPerSecond: 3 }]);
  const whole = [...arrivals(plan, instant(0), instant(200e6))];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 199e6 }), fc.integer({ min: 0, max: 100e6 }), (from, span) => {
      const to = Math.min(200e6, from + span);
      const window = [...arrivals(plan, instant(from), instant(to))];
      assert.equal(
        window,
        whole.filter((one) => one.at >= from && one.at < to),
      );
    }),
    { numRuns: 50 },
  );
});

test('arrivals are in order, at the planned rate, and another workload does not move them', () => {
  const alone = [...arrivals(planWith([shoppers]), instant(0), instant(600e6))];
  const together = [...arrivals(planWith([shoppers, { ...shoppers, id: 'clerks' }]), instant(0), instant(600e6))];
  assert.equal(
    together.filter((one) => one.workload === 0),
    alone,
  );
  assert.ok(together.every((one, i) => i === 0 || one.at >= (together[i - 1]?.at ?? 0)));
  // 12,000 expected, standard deviation 110: five of them
  assert.ok(Math.abs(alone.length - 12_000) < 550, `${alone.length} arrivals`);
});

const beginnings = new InitialSessions(smallPlan, seededRandom('rest'));

test('rest of session life in equilibrium survives as 1 - t/75, then (90 - t)²/4500, and neighbours share nothing', () => {
  const n = 40_000;
  const rests = Array.from({ length: n }, (_, user) => (beginnings.of(0, user)?.rest ?? Number.NaN) / 60e6);
  for (const t of [15, 30, 45, 60, 75, 85]) {
    const expected = t <= 60 ? 1 - t / 75 : ((90 - t) * (90 - t)) / 4500;
    const share = rests.filter((rest) => rest > t).length / n;
    assert.ok(Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / n) + 1e-9, `${t}: ${share}`);
  }
  const mean = rests.reduce((sum, rest) => sum + rest, 0) / n;
  const products = (lag: number): number =>
    rests.slice(lag).reduce((sum, rest, i) => sum + (rest - mean) * ((rests[i] as number) - mean), 0);
  for (const lag of [1, 2, 3]) assert.ok(Math.abs(products(lag) / products(0)) < 4 / Math.sqrt(n), `lag ${lag}`);
});

test('a user begins with the same session whoever was asked before, and with none where nobody signs in', () => {
  const again = new InitialSessions(smallPlan, seededRandom('rest'));
  const users = [9, 4, 0, 9, 7];
  const asked = users.map((user) => again.of(0, user));
  assert.equal(
    asked,
    users.map((user) => beginnings.of(0, user)),
  );
  assert.is(asked[0]?.cookieName, '__Host-holdfast-shop');
  const open = smallPlan.applications.map((one) => ({ ...one, preAuthentication: 'pass-through' as const }));
  assert.is(new InitialSessions({ ...smallPlan, applications: open }, seededRandom('rest')).of(0, 1), undefined);
  const { identity } = smallPlan;
  const cold = { ...smallPlan, identity: { ...identity, startInEquilibrium: false } };
  assert.is(new InitialSessions(cold, seededRandom('rest')).of(0, 1), undefined);
});

test('the front door leaves a dead instance after its rule and takes it back on one good probe', () => {
  const door = new FrontDoor({ probeInterval: seconds(1), unhealthyAfter: seconds(2) }, ['a', 'b']);
  assert.is(door.choose(0.75), 'b');
  for (const at of [1, 2]) door.probed('b', false, instant(at * 1e6));
  assert.is(door.choose(0.75), 'b');
  door.probed('b', false, instant(3e6));
  assert.is(door.choose(0.75), 'a');
  door.probed('b', true, instant(4e6));
  assert.is(door.choose(0.75), 'b');
  for (const at of [5, 6, 7]) for (const one of ['a', 'b']) door.probed(one, false, instant(at * 1e6));
  assert.is(door.choose(0.75), 'b', 'with nobody healthy everybody is tried');
});

function answering(script: ServiceAnswer[], seen: string[]): UserAgent {
  return {
    toService(method, target, fields, _bytes, _cancel, done) {
      seen.push(`${method} ${target} ${fields.map(([, value]) => value).join()}`);
      done(script.shift() ?? { kind: 'reset' });
    },
    async signIn(location) {
      seen.push(`sign in ${location}`);
      return { kind: 'back', target: '/cb?code=1' };
    },
  };
}
const errand = { method: 'GET', target: '/a', requestBytes: 0, signInAgain: true };

const redirected = (location: string, cookie: string): ServiceAnswer => ({
  kind: 'answer',
  status: 302,
  headers: [
    ['location', location],
    ['set-cookie', cookie],
  ],
  proxyCause: 'sign-in',
});
const ok: ServiceAnswer = { kind: 'answer', status: 200, headers: [], proxyCause: undefined };

test('a journey with a sign-in repeats the original request with the new session', async () => {
  const seen: string[] = [];
  const toSignIn = redirected('https://t/authorize', 'state=1; Path=/');
  const agent = answering([toSignIn, redirected('/a', 'session=2; Path=/'), ok], seen);
  const end = await journeyEnd(agent, new CookieJar(), errand, new CancelSource());
  assert.equal(end, { peer: 'service', end: { kind: 'answer', status: 200, proxyCause: null } });
  assert.equal(seen, ['GET /a ', 'sign in https://t/authorize', 'GET /cb?code=1 state=1', 'GET /a state=1; session=2']);
});

test('a callback that was overtaken by another tab leads to the token service again, not back to the page', async () => {
  const seen: string[] = [];
  const toSignIn = redirected('https://t/authorize', 'state=1; Path=/');
  const overtaken = redirected('https://t/again', 'state=3; Path=/');
  const agent = answering([toSignIn, overtaken, redirected('/a', 'session=2; Path=/'), ok], seen);
  const { end } = await journeyEnd(agent, new CookieJar(), errand, new CancelSource());
  assert.equal(end, { kind: 'answer', status: 200, proxyCause: null });
  assert.equal(seen.slice(3, 5), ['sign in https://t/again', 'GET /cb?code=1 state=3']);
  assert.is(seen.at(-1), 'GET /a state=3; session=2');
});

test('a redirect loop ends, and without signing in again it ends at the redirect', async () => {
  const redirect: ServiceAnswer = { kind: 'answer', status: 302, headers: [], proxyCause: 'sign-in' };
  const agent = answering(
    Array.from({ length: 20 }, () => redirect),
    [],
  );
  const looped = await journeyEnd(agent, new CookieJar(), errand, new CancelSource());
  assert.equal(looped.end, { kind: 'answer', status: 302, proxyCause: 'sign-in' });
  const stopped = await journeyEnd(agent, new CookieJar(), { ...errand, signInAgain: false }, new CancelSource());
  assert.equal(stopped.end, { kind: 'answer', status: 302, proxyCause: 'sign-in' });
});

test('a cookie jar keeps a bounded number of cookies and forgets removed ones', () => {
  const jar = new CookieJar();
  for (let i = 0; i < 50; i++) jar.set(`c${i}`, 'x');
  assert.is(jar.fields[0]?.[1].split(';').length, 20);
  jar.absorb([['Set-Cookie', 'c49=; Max-Age=0']]);
  assert.not.match(jar.fields[0]?.[1] ?? '', /c49/);
});

test('a retry goes to any healthy instance, whichever the attempt before it had', () => {
  const door = new FrontDoor({ probeInterval: seconds(1), unhealthyAfter: seconds(2) }, ['a', 'b']);
  const random = seededRandom('picks');
  const seen = { aa: 0, ab: 0, ba: 0, bb: 0 };
  for (let i = 0; i < 20_000; i++) {
    const pick = random.next();
    const attempt = i % 3;
    const pair = `${door.choose(pickOfAttempt(pick, attempt))}${door.choose(pickOfAttempt(pick, attempt + 1))}`;
    seen[pair as keyof typeof seen] += 1;
  }
  // A quarter each; five standard deviations are 306.
  for (const [pair, count] of Object.entries(seen)) assert.ok(Math.abs(count - 5_000) < 306, `${pair} ${count}`);
  assert.is(pickOfAttempt(0.3, 0), 0.3, 'the first is the request’s own');
});

test.run();
