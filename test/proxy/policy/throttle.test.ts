import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import { documentedLimits, Throttle } from '../../../proxy/policy/throttle.ts';

test('law: in every whole second no application and no tenant gets more than its limit, and nobody is refused below', () => {
  const step = fc.tuple(fc.nat(2), fc.nat(200_000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const throttle = new Throttle({ perApplication: 5, tenant: 8 });
      const counts = new Map<string, number>();
      let now = 0;
      for (const [application, gap] of steps) {
        now += gap;
        const second = Math.floor(now / 1e6);
        const own = counts.get(`${second} ${application}`) ?? 0;
        const tenant = counts.get(`${second}`) ?? 0;
        const admitted = throttle.admit(`a${application}`, instant(now));
        assert.is(admitted, own < 5 && tenant < 8);
        if (!admitted) continue;
        counts.set(`${second} ${application}`, own + 1);
        counts.set(`${second}`, tenant + 1);
      }
    }),
  );
});

test('documented: the 501st transaction of an application in a second is refused, the tenant has 750', () => {
  const throttle = new Throttle(documentedLimits);
  const admit = (application: string, n: number, now: number): number => {
    let admitted = 0;
    for (let i = 0; i < n; i++) if (throttle.admit(application, instant(now))) admitted++;
    return admitted;
  };
  assert.is(admit('a', 1000, 0), 500);
  assert.is(admit('b', 1000, 999_999), 250);
  assert.is(admit('b', 1000, 1_000_000), 500);
});

test('without limits everything is admitted', () => {
  const throttle = new Throttle(undefined);
  for (let i = 0; i < 2000; i++) assert.ok(throttle.admit('a', instant(0)));
});

test.run();
