import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { type BaselineComparison, compareWithBaseline } from '../../../sim/judge/baseline.ts';
import { everyRequest } from '../../../sim/measure/evidence.ts';
import { measure } from '../../../sim/measure/measure.ts';
import type { RunResult } from '../../../sim/store/result.ts';

/** A result as far as the comparison reads it. */
function result(cells: ReadonlyArray<readonly number[]>, more: Partial<RunResult> = {}, shared = 0): RunResult {
  const measurement = measure(everyRequest([], 1), 0.95);
  return {
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
      arithmetic: null,
      eventHash: perReplication.join(),
      perReplication,
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

test('another scenario, seed or list of cells is not compared, and every reason is given', () => {
  const other = result([history, history], {
    seed: '2',
    scenario: { name: 's', description: '', file: '', digest: 'bb'.repeat(32) },
  });
  const found = reasons(compareWithBaseline(result([history]), other));
  assert.is(found.length, 3);
  assert.match(found.join(' '), /digest.*seed.*cells/);
  assert.match(reasons(compareWithBaseline(result([[0.1]]), result([[0.1]]))).join(), /fewer than two/);
});

test.run();
