import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { upDistribution } from '../../../sim/analytic/k-of-n.ts';
import { lostShareOfOutage, servedShare } from '../../../sim/analytic/session-life.ts';
import { erlangB, erlangC, meanWait } from '../../oracles/erlang.ts';
import { downDistribution, stationaryDistribution } from '../../oracles/markov-chain.ts';
import { lnChoose } from '../statistics/ln-choose.ts';

const near = (actual: number, expected: number, relative = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not near ${expected}`);

test('GTH keeps all digits of tiny probabilities: six connectors down at once', () => {
  const q = 0.5 / 720.5;
  const allDown = downDistribution({ n: 6, mtbf: 720, mttr: 0.5, crews: 6 })[6] ?? 0;
  near(allDown, q * q * q * q * q * q, 1e-12);
  near(allDown, 1.116904691353e-19, 1e-11);
});

test('the published unavailabilities of 2, 3 and 4 connectors', () => {
  for (const [n, expected] of [
    [2, 4.816e-7],
    [3, 3.342e-10],
    [4, 2.319e-13],
  ] as const) {
    near(downDistribution({ n, mtbf: 720, mttr: 0.5, crews: n })[n] ?? 0, expected, 2e-4);
    near(upDistribution(new Array<number>(n).fill(0.5 / 720.5))[0] ?? 0, expected, 2e-4);
  }
});

test('law: with a crew for each part, the chain is the binomial distribution', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (n, mttr) => {
      const q = mttr / (100 + mttr);
      downDistribution({ n, mtbf: 100, mttr, crews: n }).forEach((p, down) => {
        near(p, Math.exp(lnChoose(n, down) + down * Math.log(q) + (n - down) * Math.log1p(-q)), 1e-9);
        near(upDistribution(new Array<number>(n).fill(q))[n - down] ?? 0, p, 1e-9);
      });
    }),
  );
});

test('law: GTH solves the balance equations of any chain', () => {
  const row = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 5, maxLength: 5 }), (rates) => {
      const p = stationaryDistribution(rates);
      near(
        p.reduce((sum, x) => sum + x, 0),
        1,
      );
      rates.forEach((_, j) => {
        const into = rates.reduce((sum, from, i) => (i === j ? sum : sum + p[i]! * from[j]!), 0);
        const out = rates[j]!.reduce((sum, rate, k) => (k === j ? sum : sum + p[j]! * rate), 0);
        near(into, out, 1e-9);
      });
    }),
  );
});

test('a single repair crew is worse, by the closed form of the machine repair model', () => {
  const [p0 = 0, p1 = 0, p2 = 0] = downDistribution({ n: 2, mtbf: 10, mttr: 1, crews: 1 });
  near(p1 / p0, 2 / 10);
  near(p2 / p1, 1 / 10);
});

test('Erlang: published values, and the wait of M/M/4 at load 0.8', () => {
  near(erlangB({ arrivalRate: 10, serviceRate: 1, servers: 10 }), 0.2145823431, 1e-8);
  near(erlangC({ arrivalRate: 2, serviceRate: 1, servers: 3 }), 4 / 9);
  near(meanWait({ arrivalRate: 3.2, serviceRate: 1, servers: 4 }), 0.7455, 1e-3);
  near(meanWait({ arrivalRate: 0.5, serviceRate: 1, servers: 1 }), 1);
  assert.throws(() => erlangC({ arrivalRate: 4, serviceRate: 1, servers: 4 }), /cannot carry/);
});

test('sessions of 60 to 90 minutes during an outage: the published shares', () => {
  near(servedShare(30, 60, 90), 0.6);
  near(servedShare(60, 60, 90), 0.2);
  near(servedShare(75, 60, 90), 0.05);
  assert.is(servedShare(90, 60, 90), 0);
  near(servedShare(10, 28 * 60, 28 * 60), 1 - 10 / 1680);
});

test('what an outage of 45 minutes costs: the integral of 1 − served', () => {
  near(lostShareOfOutage(45, 'constant', { from: 60, to: 90 }), 45 / 150, 1e-6);
  const short = lostShareOfOutage(1, 'exponential', { from: 60, to: 90 });
  near(short, 1 / 75, 1e-3);
});

test.run();
