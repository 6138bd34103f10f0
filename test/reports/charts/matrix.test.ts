import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matrixChart } from '../../../reports/charts/matrix.ts';
import { fillOf } from '../../../reports/view/bins.ts';
import { recoveryWords } from '../../../reports/view/recovery-words.ts';
import type { CellResult, RunResult } from '../../../sim/store/result.ts';
import { sampleSweep } from '../sample-result.ts';

const [plain] = sampleSweep().cells as [CellResult];

/** No loss seen in n replications, and what that proves; p99 as given, microseconds. */
function lossless(proven: number, limit: number, p99: number): CellResult {
  const met = proven >= limit ? 'met' : 'inconclusive';
  const late = p99 > 800_000 ? 'missed' : 'met';
  const availability = { value: 1, interval: [proven, 1] as const, n: 30, method: 'rule of three' };
  const latency = { value: p99, interval: [p99 - 400, p99 + 400] as const, n: 30 };
  return {
    ...plain,
    measurement: { ...plain.measurement, availability, losses: [], unrecovered: 0 },
    objectives: [
      { name: 'availability', kind: 'availability', verdict: met, limit, reason: '', ...availability },
      { name: 'latency p99', kind: 'latency', verdict: late, limit: 800_000, reason: '', ...latency },
    ],
    verdict: late === 'missed' ? 'missed' : met,
  };
}

test('without a loss seen a cell is coloured by what is proven, and hatched where that is too little', () => {
  assert.is(fillOf(lossless(0.93, 0.99, 1e5), 0.99), 'unseen');
  assert.is(fillOf(lossless(0.992, 0.99, 1e5), 0.99), 3);
  assert.is(fillOf(lossless(0.9995, 0.99, 1e5), 0.99), 5);
});

test('a cell that misses another objective never has a colour of enough', () => {
  assert.is(fillOf(lossless(0.9993, 0.999, 956_000), 0.999), 'other');
  assert.is(fillOf(lossless(0.93, 0.99, 956_000), 0.99), 'other');
  const lossy = { ...lossless(0.9, 0.999, 956_000), objectives: plain.objectives };
  assert.type(fillOf(lossy, 0.9999), 'number');
});

const twoOf = (a: CellResult, b: CellResult): RunResult => ({
  ...sampleSweep(),
  axes: [{ name: 'behaviour', values: ['documented', 'hardened'] }],
  cells: [
    { ...a, axes: { behaviour: 'documented' } },
    { ...b, axes: { behaviour: 'hardened' } },
  ],
  cheapest: 1,
});

test('the figure that decides a cell stands in it, and every figure of every objective in the table', () => {
  const page = matrixChart(twoOf(lossless(0.9993, 0.999, 955_757), lossless(0.9993, 0.999, 165_754))).text;
  assert.match(page, /<g class="cell other"[^>]*>.*?>p99 955\.8 ms<\/text>/);
  assert.match(page, /latency p99 missed, 955\.8 ms/);
  assert.match(page, /<th scope="col">latency p99, at most 800 ms<\/th><th scope="col">Latency p50<\/th>/);
  assert.match(page, /<td>✗\s955\.8\sms \(955\.3 … 956\.2\)<\/td>/);
  assert.match(page, /<td>✓\s165\.8\sms \(165\.3 … 166\.2\)<\/td>/);
  assert.not.match(page, /too few requests to tell/);
});

test('recovery is told cell by cell, also where it was never seen', () => {
  const cell = (value: number | null, unrecovered: number): CellResult => ({
    ...plain,
    n: 10,
    measurement: {
      ...plain.measurement,
      recovery: { value, interval: value === null ? null : [value, value + 2e6], n: 10, method: 'none' },
      unrecovered,
    },
  });
  assert.is(recoveryWords(cell(null, 10)), 'never seen');
  assert.is(recoveryWords(cell(null, 0)), '–');
  assert.is(recoveryWords(cell(0, 0)), 'at once');
  assert.is(recoveryWords(cell(15e6, 0)), '15.0 s (15.0 … 17.0)');
  assert.is(recoveryWords(cell(15e6, 4)), '15.0 s (15.0 … 17.0); not seen after 0.4 faults a replication');
  const page = matrixChart(twoOf(cell(null, 10), cell(15e6, 0))).text;
  assert.match(page, /<td>never seen<\/td>/);
});

test.run();
