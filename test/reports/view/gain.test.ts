import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gainSentences } from '../../../reports/view/gain.ts';
import { otherObjectiveSentences } from '../../../reports/view/other-objectives.ts';
import type { ObjectiveVerdict, Verdict } from '../../../sim/judge/verdict.ts';
import type { CellResult, RunResult } from '../../../sim/store/result.ts';
import { comparisonsOf, sampleLive, sampleSweep } from '../sample-result.ts';

const objective = (kind: ObjectiveVerdict['kind'], value: number, verdict: Verdict): ObjectiveVerdict => ({
  name: kind === 'latency' ? 'latency p99' : kind,
  kind,
  verdict,
  value,
  interval: [value - 0.001, value + 0.001],
  limit: 0.9,
  n: 10,
  reason: '',
});

const limit = 800_000;

/** A sweep over words: each value with its availability and the verdict on its latency. */
function sweepOver(
  name: string,
  values: Readonly<Record<string, readonly [served: number, latency: Verdict]>>,
): RunResult {
  const live = sampleLive();
  const cells = Object.entries(values).map(([value, [served, latency]]): CellResult => {
    const objectives = [objective('availability', served, 'met'), { ...objective('latency', 955_800, latency), limit }];
    // each replication has a day of its own, the same for every cell; a value adds its own small chance
    const perReplication = [-5, 5, -3, 3, -4, 4, -2, 2].map(
      (day, i) => 1 - served + day / 200 + ((i * value.length) % 3) / 5000,
    );
    return { ...live.cells[0]!, n: 8, axes: { [name]: value }, objectives, verdict: latency, perReplication };
  });
  const axes = [{ name, values: Object.keys(values) }];
  return { ...live, axes, cells, cheapest: 0, asWritten: null, comparisons: comparisonsOf(cells, axes, 0, null) };
}

test('values that are words are compared with the chosen one', () => {
  const result = sweepOver('access token lifetime', { '4h': [0.96, 'met'], '1h': [0.88, 'met'], '8h': [0.98, 'met'] });
  assert.equal(gainSentences(result), [
    'Compared with access token lifetime 4h, with access token lifetime 1h the loss is about 8.0 % of requests larger; with access token lifetime 8h the loss is about 2.0 % of requests smaller.',
  ]);
});

test('one that serves as much and misses something else says so', () => {
  const result = sweepOver('behaviour', { hardened: [0.99, 'met'], documented: [0.99, 'missed'] });
  assert.equal(gainSentences(result), [
    'Compared with behaviour hardened, with behaviour documented the loss differs by at most 0.017 % of requests, but latency p99 (955.8 ms) is missed.',
  ]);
  assert.equal(otherObjectiveSentences(result), [
    'With behaviour documented latency p99 is 955.8 ms (955.7 … 955.9), missing at most 800 ms.',
  ]);
});

test('sizes go up and down by one step, and each sentence says what it is compared with', () => {
  const [first, ...rest] = gainSentences(sampleSweep());
  assert.match(first ?? '', /^Compared with 3 sites × 1 connector per site \(hardened\), going up to 2 connectors/);
  assert.match(rest.join(' '), /Going down to 2 sites loses [\d.]+ h to [\d.]+ h a year more\./);
  assert.match(rest.join(' '), /With behaviour documented the loss is [\d.]+ h to [\d.]+ h a year larger/);
});

test('without a sweep there is nothing to compare', () => {
  assert.equal(gainSentences(sampleLive()), []);
  assert.equal(otherObjectiveSentences(sampleLive()), []);
});

test.run();
