import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spreadChart } from '../../../reports/charts/spread.ts';
import { spreadSentence } from '../../../reports/view/spread-words.ts';
import { attainment } from '../../../sim/judge/attainment.ts';
import type { CellResult, RunResult } from '../../../sim/store/result.ts';
import { sampleLive } from '../sample-result.ts';

const live = sampleLive();

function withLosses(perReplication: ReadonlyArray<number | null>, over: Partial<CellResult>): CellResult {
  const cell = { ...live.cells[0]!, n: perReplication.length, perReplication, ...over };
  return { ...cell, attainment: attainment(perReplication, cell.objectives, live.confidence) };
}

/** One configuration, at least 99 %, whose replications lost these shares. */
const losing = (perReplication: ReadonlyArray<number | null>, over: Partial<CellResult> = {}): RunResult => ({
  ...live,
  cells: [withLosses(perReplication, over)],
});

const sentence = (result: RunResult): string => spreadSentence(result, result.cells[0]!);
const dots = (result: RunResult, kind: string): number =>
  spreadChart(result)?.text.match(new RegExp(`<circle class="replication ${kind}" cx="[^7]`, 'g'))?.length ?? 0;

const twenty = [0.0107, ...Array.from({ length: 9 }, () => 0.005), ...Array.from({ length: 10 }, () => 0)];

test('it counts the replications that kept the objective, and names the worst and the median', () => {
  assert.is(
    sentence(losing(twenty)),
    '19 of 20 replications kept 99 % on their own (75.1 to 99.9 % of such replications would): the worst lost 1.1 % of its requests, the median 0.25 %.',
  );
  assert.match(
    sentence(losing([0.2, 0.3, 0.2, 0.4, 0.5])),
    /^None of 5 replications kept 99 % on their own \(0 to 53 % of such replications would\)/,
  );
  assert.match(
    sentence(losing([0, 0, 0, 0, 0.001])),
    /^All of 5 replications kept 99 % on their own \(47 to 100 % of such replications would\)/,
  );
  assert.is(sentence(losing([0, 0, 0, 0, 0])), 'None of 5 replications lost a request.');
  assert.match(sentence(losing(twenty, { objectives: [] })), /^The worst lost 1\.1 % .* of 20 replications\.$/);
});

test('replications without requests are no dots, and are not counted', () => {
  const rare = losing([null, 0.2, null, 0, 0, 0, 0]);
  assert.match(sentence(rare), /^4 of 5 replications that sent requests kept 99 % .*: the worst lost 20 %/);
  assert.is(dots(rare, 'over') + dots(rare, 'within'), 5);
});

test('a dot a replication, those over the limit in their own colour, and a place for those that lost nothing', () => {
  const page = spreadChart(losing(twenty))?.text ?? '';
  assert.is(dots(losing(twenty), 'over'), 1);
  assert.is(dots(losing(twenty), 'within'), 19);
  assert.match(page, />none<\/text>/);
  assert.match(page, />1 % may be lost<\/text>/);
  assert.match(page, /<td>20<\/td><td>1<\/td><td>none<\/td><td>0\.25\s%<\/td><td>1\.1\s%<\/td>/);
  assert.match(spreadChart(losing([0.5, 0.5, 0.5, 0.5, 1e-8]))?.text ?? '', />less<\/text>/);
});

test('no spread, no chart: too few replications, or nothing lost', () => {
  assert.is(spreadChart(losing([0.1, 0.2])), null);
  assert.is(spreadChart(losing([0, 0, 0, 0, 0, 0])), null);
  assert.is(spreadChart({ ...live, cells: [] }), null);
  for (const shares of [[1, 1, 1, 1, 1], [1e-9, 0, 0, 0, 0], twenty]) {
    assert.not.match(spreadChart(losing(shares))?.text ?? '', /NaN|Infinity|undefined/);
  }
});

test.run();
