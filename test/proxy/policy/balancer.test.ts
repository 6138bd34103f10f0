import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { instant, micros, ms, seconds } from '../../../proxy/host/units.ts';
import type { Balanced } from '../../../proxy/policy/balancer.ts';
import { choose, slowStartWeight } from '../../../proxy/policy/balancer.ts';
import { PeakEwma } from '../../../proxy/policy/peak-ewma.ts';

interface Member extends Balanced {
  readonly id: number;
}

function member(id: number, inFlight: number, rttMs = 30, joinedAt = 0): Member {
  const latency = new PeakEwma();
  latency.observe(instant(0), ms(rttMs));
  return { id, inFlight, latency, joinedAt: instant(joinedAt) };
}

const rules = fc.constantFrom('random' as const, 'p2c-peak-ewma' as const);
const members = fc
  .array(fc.tuple(fc.nat(50), fc.nat(2000), fc.nat(20_000_000)), { maxLength: 8 })
  .map((list) => list.map(([load, rtt, joined], id) => member(id, load, rtt, joined)));

test('law: the choice is one of the eligible, and there is one unless nobody is', () => {
  fc.assert(
    fc.property(rules, members, fc.nat(20_000_000), fc.nat(20_000_000), fc.string(), (rule, all, now, window, seed) => {
      const chosen = choose(rule, all, seededRandom(seed), instant(now), micros(window));
      assert.is(chosen === undefined, all.length === 0);
      assert.ok(chosen === undefined || all.includes(chosen));
    }),
  );
});

test('law: p2c never picks the strictly worst of all', () => {
  fc.assert(
    fc.property(members, fc.string(), (all, seed) => {
      if (all.length < 2) return;
      const cost = (m: Member): number => (m.inFlight + 1) * m.latency.value(instant(0));
      const worst = Math.max(...all.map(cost));
      if (all.filter((m) => cost(m) === worst).length > 1) return;
      const chosen = choose('p2c-peak-ewma', all, seededRandom(seed), instant(0), micros(0));
      assert.ok(cost(chosen as Member) < worst);
    }),
  );
});

test('up to three members the least cost wins whatever the seed', () => {
  const all = [member(0, 3), member(1, 0), member(2, 1)];
  for (let seed = 0; seed < 50; seed++) {
    assert.is(choose('p2c-peak-ewma', all, seededRandom(seed), instant(0), micros(0))?.id, 1);
  }
});

function shares(rule: 'random' | 'p2c-peak-ewma', all: readonly Member[], now: number, window: number): number[] {
  const random = seededRandom('shares');
  const counts = all.map(() => 0);
  for (let i = 0; i < 20_000; i++) {
    const chosen = choose(rule, all, random, instant(now), micros(window)) as Member;
    counts[chosen.id] = (counts[chosen.id] ?? 0) + 1;
  }
  return counts.map((n) => n / 20_000);
}

test('random gives everybody an equal share, and so do ties of p2c', () => {
  for (const rule of ['random', 'p2c-peak-ewma'] as const) {
    for (const n of [2, 3, 5]) {
      const all = Array.from({ length: n }, (_, id) => member(id, 0));
      for (const share of shares(rule, all, 0, 0)) assert.ok(Math.abs(share - 1 / n) < 0.02, `${rule} ${n}: ${share}`);
    }
  }
});

test('slow start: the weight rises from a tenth to one over the window', () => {
  assert.is(slowStartWeight(instant(0), instant(0), seconds(10)), 0.1);
  assert.is(slowStartWeight(instant(0), instant(5_000_000), seconds(10)), 0.5);
  assert.is(slowStartWeight(instant(0), instant(10_000_000), seconds(10)), 1);
  const all = [member(0, 0, 30, -100_000_000), member(1, 0, 30, 0)];
  const [, young] = shares('random', all, 0, 10_000_000) as [number, number];
  assert.ok(Math.abs(young - 0.1 / 1.1) < 0.01, String(young));
});

test.run();
