import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { hours, instant, seconds } from '../../../proxy/host/units.ts';
import { judge } from '../../../sim/judge/judge.ts';
import { estimateAvailability } from '../../../sim/measure/estimates.ts';
import { everyRequest, studyRatio, totalTally } from '../../../sim/measure/evidence.ts';
import { LatencyCounter } from '../../../sim/measure/latency-histogram.ts';
import { measure, pairable } from '../../../sim/measure/measure.ts';
import { emptyTally, type Tally } from '../../../sim/measure/tally.ts';
import { unseenLossShare } from '../../../sim/measure/unseen-loss.ts';
import { smallPlan } from '../plan/small-plan.ts';

const lost = (failed: number, requests = 1000): Tally => ({
  ...emptyTally,
  requests,
  ok: requests - failed,
  failed,
  losses: failed === 0 ? [] : [{ cause: 'no-connector', application: 'shop', count: failed }],
  time: { covered: 100, up: failed > 10 ? 50 : 100 },
});

const unseen = { unseenCluster: emptyTally, timeKnown: true, doubts: [] };

test('availability is ok over all, with a t interval over replications', () => {
  const { availability, timeAvailability } = measure(everyRequest([lost(10), lost(20), lost(30)], 0.1), 0.95);
  assert.is(availability.value, 0.98);
  const half = (4.302652729 * 0.01) / Math.sqrt(3);
  assert.ok(Math.abs((availability.interval?.[0] ?? 0) - (0.98 - half)) < 1e-9);
  assert.ok(Math.abs((timeAvailability.value ?? 0) - 200 / 300) < 1e-12);
  assert.is(availability.n, 3);
});

test('time in states that no replication showed moves the lower end down by itself, with losses and without', () => {
  const unseen = { ...everyRequest([lost(10), lost(20), lost(30)], 0.1), unseenTime: 0.01 };
  const plain = estimateAvailability({ ...unseen, unseenTime: 0 }, 'requests', 0.95).interval;
  const wider = estimateAvailability(unseen, 'requests', 0.95).interval;
  assert.ok(Math.abs((plain?.[0] ?? 0) - 0.01 - (wider?.[0] ?? 0)) < 1e-12);
  assert.is(wider?.[1], plain?.[1]);
  const clean = { ...everyRequest([lost(0), lost(0)], 0.1), unseenTime: 0.01 };
  const none = estimateAvailability({ ...clean, unseenTime: 0 }, 'requests', 0.95).interval;
  assert.ok(
    Math.abs((none?.[0] ?? 0) - 0.01 - (estimateAvailability(clean, 'requests', 0.95).interval?.[0] ?? 0)) < 1e-12,
  );
});

test('a request that was undecided at the end is not served', () => {
  const undecided: Tally = { ...lost(10), ok: 960, unknown: 30 };
  assert.is(measure(everyRequest([undecided, undecided], 0.1), 0.95).availability.value, 0.96);
});

test('no loss in n runs bounds the share of runs with a loss, times what a loss may take', () => {
  const runs = Array.from({ length: 30 }, () => lost(0));
  const { availability } = measure(everyRequest(runs, 0.1), 0.95);
  assert.is(availability.method, 'rule of three');
  assert.ok(Math.abs((availability.interval?.[0] ?? 0) - (1 - 0.1 * 0.09503)) < 1e-4);
  assert.is(availability.interval?.[1], 1);
});

test('one replication has a value and no interval; none has nothing', () => {
  assert.equal(measure(everyRequest([lost(1)], 1), 0.95).availability, {
    value: 0.999,
    interval: null,
    n: 1,
    method: 'none',
  });
  assert.is(measure(everyRequest([], 1), 0.95).availability.value, null);
});

test('a replication without requests says nothing: no figure, no part in the error, no part in the rule of three', () => {
  const empty = lost(0, 0);
  const runs = everyRequest([lost(10), empty, lost(20), lost(30), empty], 0.1);
  assert.equal(pairable(runs).perReplication, [0.01, null, 0.02, 0.03, null]);
  const full = everyRequest([lost(10), lost(20), lost(30)], 0.1);
  assert.equal(measure(runs, 0.95).availability, measure(full, 0.95).availability);
  const clean = (n: number, empties: number) =>
    estimateAvailability(
      everyRequest([...Array.from({ length: n }, () => lost(0)), ...Array.from({ length: empties }, () => empty)], 0.1),
      'requests',
      0.95,
    );
  assert.equal(clean(4, 26), clean(4, 0));
  assert.equal(clean(0, 3).value, null);
});

test('one replication with requests among many without has no interval, and no verdict', () => {
  const runs = everyRequest([lost(0, 0), lost(1), lost(0, 0)], 0.1);
  const [verdict] = judge([{ name: 'availability', kind: 'availability', basis: 'requests', limit: 0.9 }], runs, {
    confidence: 0.95,
  });
  assert.is(verdict?.interval, null);
  assert.is(verdict?.verdict, 'inconclusive');
  assert.is(verdict?.reason, 'only one of 3 replications has anything to measure, and one has no interval');
});

test('windows shared by all replications add their own error, and cannot be averaged away by more replications', () => {
  const types = [{ samples: [lost(10), lost(30), lost(20), lost(40)], expectedRequests: null }];
  const histories = Array.from({ length: 1000 }, (_, i) => ({
    own: lost(0, 10_000),
    shared: [{ type: 0, weight: 1 + (i % 2) }],
    controls: [],
  }));
  const study = studyRatio(
    { histories, types, unseenShare: 1, expectedControls: [], unseenTime: 0, ...unseen, method: 'episodes' },
    (t) => t.failed,
    (t) => t.requests,
  );
  const meanX = 10_000 + 1500;
  assert.ok(Math.abs(study.mean - (1.5 * 25) / meanX) < 1e-12);
  const sharedVariance = ((1.5 / meanX) * (1.5 / meanX) * (500 / 3)) / 4;
  assert.ok(Math.abs(study.shared.variance - sharedVariance) < 1e-12);
  assert.ok(study.standardError * study.standardError > sharedVariance);
  assert.is(study.shared.df, 3);
  const { perReplication } = pairable({
    histories,
    types,
    unseenShare: 1,
    expectedControls: [],
    unseenTime: 0,
    ...unseen,
    method: 'episodes',
  });
  assert.ok(Math.abs((perReplication[0] ?? 0) - 25 / 11_000) < 1e-12);
});

test('chance in how many requests arrived is no error where the load is known', () => {
  // A stretch in which everything is lost: the samples differ in size alone.
  const dark = [lost(80, 80), lost(120, 120), lost(90, 90), lost(110, 110)];
  const study = (expectedRequests: number | null) =>
    studyRatio(
      {
        histories: [1, 1, 1].map((weight) => ({ own: lost(0, 9900), shared: [{ type: 0, weight }], controls: [] })),
        types: [{ samples: dark, expectedRequests }],
        unseenShare: 1,
        expectedControls: [],
        unseenTime: 0,
        ...unseen,
        method: 'episodes',
      },
      (t) => t.failed,
      (t) => t.requests,
    );
  assert.is(study(100).mean, 0.01);
  assert.is(study(100).shared.variance, 0);
  assert.ok(study(null).shared.variance > 1e-8);
});

test('what a control with a known expectation explains is no error, and moves the ratio to that expectation', () => {
  // Losses are the control plus a little; its sample mean is 10.5, its expectation 12.
  const histories = Array.from({ length: 20 }, (_, i) => ({
    own: lost(i + 1 + (i % 2)),
    shared: [],
    controls: [i + 1],
  }));
  const evidence = { ...everyRequest([], 1), histories, expectedControls: [12] };
  const study = (controlled: boolean) =>
    studyRatio(
      evidence,
      (t) => t.failed,
      (t) => t.requests,
      controlled,
    );
  assert.ok(study(true).standardError < study(false).standardError / 5);
  assert.ok(Math.abs(study(true).mean - 0.0125) < 0.0002, `${study(true).mean}`);
  assert.is(study(false).mean, 0.011);
});

test('totals weigh shared windows', () => {
  const evidence = {
    histories: [{ own: lost(5), shared: [{ type: 0, weight: 3 }], controls: [] }],
    types: [{ samples: [lost(10), lost(20)], expectedRequests: null }],
    unseenShare: 1,
    expectedControls: [],
    unseenTime: 0,
    ...unseen,
    method: 'episodes' as const,
  };
  const total = totalTally(evidence);
  assert.is(total.failed, 5 + 3 * 15);
  assert.is(total.requests, 4000);
  assert.is(total.losses[0]?.count, 50);
});

test('the latency interval covers a known quantile about as often as it says', () => {
  const random = seededRandom('latency');
  let covered = 0;
  const studies = 300;
  const truth = 10_000 * Math.log(100);
  for (let study = 0; study < studies; study++) {
    const tallies = Array.from({ length: 20 }, () => {
      const latency = new LatencyCounter();
      // A run as a whole is slower or faster: requests of one run are not independent.
      for (let i = 0; i < 200; i++) latency.add(random.exponential(10_000));
      return { ...lost(0, 200), ok: 200, latency: latency.histogram() };
    });
    const [low, high] = measure(everyRequest(tallies, 1), 0.95).latency.p99.interval ?? [0, 0];
    if (low <= truth && truth <= high) covered++;
  }
  assert.ok(covered / studies > 0.91 && covered / studies < 0.99, `covered ${covered} of ${studies}`);
});

test('a quantile that the sample cannot show is left out', () => {
  const latency = new LatencyCounter();
  for (let i = 0; i < 100; i++) latency.add(1000 + i);
  const tally = { ...lost(0, 100), latency: latency.histogram() };
  const { p50, p99, p999 } = measure(everyRequest([tally, tally], 1), 0.95).latency;
  assert.ok(p50.value !== null && p99.value !== null);
  assert.is(p999.value, null);
});

test('what an unseen loss may take: one window, or the longest random fault', () => {
  assert.is(unseenLossShare([smallPlan]), 10 / 300);
  const plan = {
    ...smallPlan,
    horizon: hours(10),
    faultProcesses: [
      {
        id: 'crash',
        origin: 'crash',
        meanUp: hours(100),
        meanDown: hours(1),
        downDistribution: 'exponential' as const,
        members: [],
      },
    ],
    faults: [
      {
        id: '1',
        kind: 'connector crash',
        targets: ['connector/paris/1'],
        at: instant(0),
        until: instant(hours(2)),
        parameters: {},
        origin: 'crash',
      },
    ],
  };
  assert.is(unseenLossShare([plan]), 0.2);
  assert.is(unseenLossShare([{ ...plan, faults: [], horizon: seconds(1) }]), 1);
});

test('a fault that never hit in any replication is idle; of the others it is told how often they hit', () => {
  const once = (hit: number) => ({ occurrences: 2, hit });
  const tally = (a: number, b: number): Tally => ({ ...lost(1), faultHits: { 'B on y': once(b), 'A on x': once(a) } });
  const { idleFaults, faultHits } = measure(everyRequest([tally(0, 0), tally(1, 0), tally(0, 0)], 1), 0.95);
  assert.equal(idleFaults, ['B on y']);
  assert.equal(faultHits, [
    { fault: 'A on x', occurrences: 6, hit: 1 },
    { fault: 'B on y', occurrences: 6, hit: 0 },
  ]);
});

test.run();
