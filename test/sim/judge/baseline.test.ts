import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { type BaselineComparison, compareWithBaseline, type JudgedRun } from '../../../sim/judge/baseline.ts';
import { everyRequest } from '../../../sim/measure/evidence.ts';
import { measure } from '../../../sim/measure/measure.ts';
import type { RunResult } from '../../../sim/store/result.ts';
import { read, smallInput } from '../scenario/small-scenario.ts';

const scenario = read(smallInput);

/** A run as far as the comparison reads it. */
function result(
  cells: ReadonlyArray<ReadonlyArray<number | null>>,
  more: Partial<RunResult> = {},
  shared = 0,
): JudgedRun {
  const measurement = measure(everyRequest([], 1), 0.95);
  const found: RunResult = {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: '0' },
    scenario: { name: 's', description: '', file: 's.yaml', digest: 'aa'.repeat(32) },
    engine: 'virtual',
    fidelity: 'L1',
    behaviour: 'documented',
    seed: '1',
    confidence: 0.95,
    verdict: 'met',
    objectives: [],
    measurement,
    cells: cells.map((perReplication, i) => ({
      axes: { connectors: i + 1 },
      planDigest: '',
      behaviour: 'documented',
      n: perReplication.length,
      measurement,
      objectives: [],
      verdict: 'met',
      cost: 1,
      perYear: false,
      arithmetic: null,
      eventHash: perReplication.join(),
      perReplication,
      attainment: null,
      sharedVariance: shared,
    })),
    cheapest: null,
    asWritten: null,
    comparisons: [],
    variant: '',
    axes: [],
    timeline: null,
    eventHash: '',
    stopReason: 'fixed',
    notes: [],
    ...more,
  };
  return { scenario, result: found };
}

const random = seededRandom('baseline');
const history = Array.from({ length: 40 }, () => random.exponential(0.01));
const reasons = (comparison: BaselineComparison) => (comparison.comparable ? [] : comparison.reasons);

test('the same result again proves nothing', () => {
  const same = compareWithBaseline(result([history]), result([history]));
  assert.ok(same.comparable && !same.provenLoss);
  assert.is(same.comparable && same.cells[0]?.change, 0);
});

test('a small rise that unpaired intervals could never see is proven by pairing', () => {
  const worse = history.map((u) => u * 1.02 + 0.0001);
  const comparison = compareWithBaseline(result([history]), result([worse]));
  assert.ok(comparison.comparable && comparison.provenLoss);
  const back = compareWithBaseline(result([worse]), result([history]));
  assert.ok(back.comparable && !back.provenLoss && back.cells[0]?.verdict === 'better');
});

test('only replications that sent requests in both are pairs', () => {
  const worse = history.map((u, i) => (i === 1 ? null : u * 1.02 + 0.0001));
  const comparison = compareWithBaseline(result([[null, ...history.slice(1)]]), result([worse]));
  assert.ok(comparison.comparable && comparison.provenLoss);
  assert.is(comparison.comparable && comparison.cells[0]?.n, 38);
  assert.ok(Number.isFinite(comparison.comparable && comparison.cells[0]?.change));
  const none = compareWithBaseline(result([[0.1, null, 0.2]]), result([[null, 0.1, 0.2]]));
  assert.match(reasons(none).join(), /fewer than two replications that sent requests in both/);
});

test('error that all replications share forbids the same proof', () => {
  const worse = history.map((u) => u * 1.02 + 0.0001);
  const comparison = compareWithBaseline(result([history], {}, 1e-6), result([worse], {}, 1e-6));
  assert.ok(comparison.comparable && !comparison.provenLoss);
});

test('with many cells and no change, a false alarm stays as rare as promised', () => {
  let alarms = 0;
  const trials = 200;
  for (let trial = 0; trial < trials; trial++) {
    const before = Array.from({ length: 12 }, () => Array.from({ length: 20 }, () => random.next()));
    const after = before.map((cell) => cell.map((u) => u + 0.1 * (random.next() - random.next())));
    const comparison = compareWithBaseline(result(before), result(after));
    if (comparison.comparable && comparison.provenLoss) alarms++;
  }
  assert.ok(alarms / trials <= 0.08, `${alarms} alarms in ${trials}`);
});

test('other chance, or another engine, is not compared, and every reason is given', () => {
  const other = result([history], { seed: '2', engine: 'live', fidelity: 'L4' });
  const found = reasons(compareWithBaseline(result([history]), other));
  assert.is(found.length, 2);
  assert.match(found.join(' '), /seed.*engine/);
  assert.match(reasons(compareWithBaseline(result([[0.1]]), result([[0.1]]))).join(), /fewer than two/);
});

test('a changed scenario is compared, and what changed is named', () => {
  const worse = history.map((u) => u * 1.02 + 0.0001);
  const { topology } = smallInput;
  const group = { connectors: { paris: 1, lyon: 1, nice: 1 }, cores: 2 };
  const changed = read({
    ...smallInput,
    topology: { ...topology, connectorGroups: { main: group } },
    behaviour: 'hardened',
    objectives: { availability: { atLeast: '99%' } },
  });
  const comparison = compareWithBaseline(result([history]), { ...result([worse]), scenario: changed });
  assert.ok(comparison.comparable && comparison.provenLoss);
  assert.equal(comparison.comparable && comparison.changed, ['topology', 'behaviour', 'objectives']);
});

test('other requests, another span or another deadline leave no pairs', () => {
  const cases: ReadonlyArray<readonly [object, RegExp]> = [
    [{ workload: { shoppers: { application: 'shop', requestsPerSecond: 21 } } }, /the workload differs/],
    [{ run: { duration: '11d', replications: 5 } }, /the length of the run differs: 10d in the baseline, 11d now/],
    [{ objectives: { deadline: '5s', availability: { atLeast: '99.9%' } } }, /the deadline differs/],
  ];
  for (const [change, reason] of cases) {
    const now = { ...result([history]), scenario: read({ ...smallInput, ...change }) };
    const found = reasons(compareWithBaseline(result([history]), now));
    assert.is(found.length, 1, found.join());
    assert.match(found.join(), reason);
  }
});

test('of two sweeps the cells that both have are compared', () => {
  const comparison = compareWithBaseline(result([history]), result([history, history]));
  assert.ok(comparison.comparable);
  assert.is(comparison.comparable && comparison.cells.length, 1);
  assert.match((comparison.comparable && comparison.notes.join()) || '', '1 now, 0 in the baseline');
});

test.run();
