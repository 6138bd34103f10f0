import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { hours, type Micros, micros, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { ceiling } from '../../../proxy/policy/backoff.ts';
import { Redial, type TunnelEnd } from '../../../proxy/policy/redial.ts';

const rule = { base: seconds(1), cap: seconds(30) };
const failed: TunnelEnd = { lived: micros(0), retryAfter: undefined };
const broken = (lived: Micros): TunnelEnd => ({ lived, retryAfter: undefined });
const wentAway = (lived: Micros, retryAfter = micros(0)): TunnelEnd => ({ lived, retryAfter });

/** A delay after dials that failed for a while, so that the ceiling is the cap. */
function afterFailures(seed: number): Redial {
  const redial = new Redial(rule, seededRandom(seed));
  for (let i = 0; i < 10; i++) redial.after(failed);
  return redial;
}

test('law: a failed dial is repeated within the doubling ceiling, never at once', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, failures) => {
      const redial = new Redial(rule, seededRandom(seed));
      for (let attempt = 0; attempt < failures; attempt++) {
        const delay = redial.after(failed);
        assert.ok(delay >= ms(10) && delay <= ceiling(attempt, rule.base, rule.cap), `${attempt}: ${delay}`);
      }
    }),
  );
});

test('law: what went wrong before a tunnel that lived for long does not delay its redial', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const redial = afterFailures(seed);
      assert.ok(redial.after(broken(hours(1))) <= rule.base);
      assert.ok(redial.after(failed) <= 2 * rule.base);
    }),
  );
});

test('law: tunnels that die at once are dialled ever more rarely', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const redial = new Redial(rule, seededRandom(seed));
      let waited = 0;
      for (let i = 0; i < 30; i++) waited += redial.after(i % 2 === 0 ? broken(ms(5)) : wentAway(ms(5)));
      assert.ok(waited > seconds(60), `30 dials within ${waited} us`);
    }),
  );
});

test('law: after a goaway a tunnel that lived is dialled again almost at once, no sooner than the service asked', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 600_000 }), (seed, retryAfterMs) => {
      const delay = afterFailures(seed).after(wentAway(hours(1), ms(retryAfterMs))) - ms(retryAfterMs);
      assert.ok(delay >= ms(10) && delay <= ms(250), String(delay));
    }),
  );
});

test('a service is believed ten minutes of pause, and its wish holds for a tunnel that did not live as well', () => {
  const redial = new Redial(rule, seededRandom(1));
  assert.ok(redial.after(wentAway(hours(1), hours(1_000))) <= minutes(10) + ms(250));
  assert.ok(redial.after(wentAway(ms(1), seconds(20))) >= seconds(20));
});

test.run();
