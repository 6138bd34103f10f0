import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { compareCells } from '../../../sim/judge/compare-cells.ts';
import { type Evidence, everyRequest } from '../../../sim/measure/evidence.ts';
import { emptyTally } from '../../../sim/measure/tally.ts';

const requests = 1_000_000;
const evidence = (lost: ReadonlyArray<number | null>, unseen = 0.01): Evidence =>
  everyRequest(
    lost.map((share) =>
      share === null ? emptyTally : { ...emptyTally, requests, ok: requests * (1 - share), failed: requests * share },
    ),
    unseen,
  );
const axes = [{ name: 'connectors', values: [1, 2, 3] }];
const sweep = (...losses: ReadonlyArray<ReadonlyArray<number | null>>) =>
  losses.map((lost, i) => ({ axes: { connectors: i + 1 }, evidence: evidence(lost) }));
const options = { axes, confidence: 0.95, from: 1, asWritten: null };
const random = seededRandom('compare');
const months = Array.from({ length: 20 }, () => random.exponential(0.01));

test('what every replication saves is proven, however much the replications differ', () => {
  const less = months.map((lost, i) => lost * 0.98 - (i % 3) * 1e-6);
  const [down, up] = compareCells(sweep(months, less, less), options);
  assert.is(down?.cell, 0);
  assert.is(down?.verdict, 'worse');
  assert.ok((down?.interval?.[0] ?? 0) > 0 && (down?.interval?.[1] ?? 1) < 5e-4);
  assert.is(up?.verdict, 'no proven change');
  assert.equal(up?.interval, [0, 0]);
});

test('a replication without requests in either cell is no pair', () => {
  const less = months.map((lost, i) => lost * 0.98 - (i % 3) * 1e-6);
  const [told] = compareCells(sweep([null, ...months.slice(1)], [...less.slice(0, -1), null]), options);
  assert.is(told?.n, months.length - 2);
  assert.is(told?.verdict, 'worse');
});

test('intervals grow with the number of comparisons that could have been told', () => {
  const less = months.map((lost, i) => lost * 0.9 - (i % 3) * 1e-6);
  const width = (cells: ReturnType<typeof sweep>): number => {
    const interval = compareCells(cells, options)[0]?.interval;
    return (interval?.[1] ?? 0) - (interval?.[0] ?? 0);
  };
  assert.ok(width(sweep(months, less, less)) > 1.1 * width(sweep(months, less)));
});

test('a cell without a seen loss is not taken to lose nothing', () => {
  const none = months.map(() => 0);
  const [down, up] = compareCells(sweep(none, none, months), options);
  assert.is(down?.change, 0);
  assert.ok(
    (down?.interval?.[0] ?? 0) < -0.0015 && (down?.interval?.[1] ?? 0) > 0.0015,
    'the rule of three, both ways',
  );
  assert.is(up?.verdict, 'worse');
});

test('a difference smaller than what few samples of shared windows may hide is not proven', () => {
  /** Every replication consists of own losses and 1,000 windows of a kind whose 30 samples show none. */
  const shared = (lost: readonly number[], cluster: number): Evidence => {
    const sample = { ...emptyTally, requests: 1000, ok: 1000 };
    const plain = evidence(lost);
    return {
      ...plain,
      types: [{ samples: Array.from({ length: 30 }, () => sample), expectedRequests: 1000 }],
      histories: plain.histories.map((one) => ({ ...one, shared: [{ type: 0, weight: 1000 }] })),
      unseenCluster: { ...emptyTally, failed: cluster },
      method: 'episodes',
    };
  };
  const less = months.map((lost, i) => lost * 0.98 - (i % 3) * 1e-6);
  const told = (cluster: number) => {
    const cells = [months, less].map((lost, i) => ({ axes: { connectors: i + 1 }, evidence: shared(lost, cluster) }));
    return compareCells(cells, options)[0];
  };
  assert.is(told(0)?.verdict, 'worse');
  assert.is(told(2)?.verdict, 'no proven change');
});

test('known fault times explain what they can of a difference', () => {
  const on = months.map((lost) => lost * 1000);
  const withControls = (lost: readonly number[], controls: readonly number[]): Evidence => {
    const plain = evidence(lost);
    const histories = plain.histories.map((one, i) => ({ ...one, controls: [controls[i] ?? 0] }));
    return { ...plain, histories, expectedControls: [10] };
  };
  const wobble = (i: number): number => ((i * 7) % 5) * 1e-5;
  const twice = months.map((lost, i) => 2 * lost + wobble(i));
  const cells = (controls: readonly number[]) =>
    [months, twice].map((lost, i) => ({ axes: { connectors: i + 1 }, evidence: withControls(lost, controls) }));
  const change = (controls: readonly number[]) => compareCells(cells(controls), { ...options, from: 0 })[0];
  assert.ok(Math.abs((change(on)?.change ?? 0) - 0.01) < 1e-4, 'the long-run difference, not that of these months');
  const width = (one: ReturnType<typeof change>): number => (one?.interval?.[1] ?? 1) - (one?.interval?.[0] ?? 0);
  assert.ok(width(change(on)) < width(change(months.map(() => 0))) / 10);
});

test('the configuration as written is compared wherever it is; one replication has no interval', () => {
  const told = compareCells(sweep([0.1], [0.2], [0.3]), { ...options, from: 2, asWritten: 0 });
  assert.equal(
    told.map(({ cell, interval, verdict }) => [cell, interval, verdict]),
    [
      [0, null, 'no proven change'],
      [1, null, 'no proven change'],
    ],
  );
});

test.run();
