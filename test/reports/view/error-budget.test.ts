import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderGithubSummary } from '../../../reports/ci/github-summary.ts';
import { renderReport } from '../../../reports/page/report.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { budgetFigure, budgetUse, budgetWords } from '../../../reports/view/error-budget.ts';
import type { ObjectiveVerdict } from '../../../sim/judge/verdict.ts';
import { sampleLive } from '../sample-result.ts';

const availability = (
  value: number | null,
  interval: ObjectiveVerdict['interval'],
  limit: number,
): ObjectiveVerdict => ({
  name: 'availability',
  kind: 'availability',
  verdict: 'met',
  value,
  interval,
  limit,
  n: 30,
  reason: '',
});

test('used is lost over allowed, and the interval is turned over', () => {
  const use = budgetUse(availability(0.9996, [0.9994, 0.9998], 0.999))!;
  assert.ok(Math.abs(use.value - 0.4) < 1e-9);
  assert.ok(Math.abs(use.interval![0] - 0.2) < 1e-9 && Math.abs(use.interval![1] - 0.6) < 1e-9);
  assert.is(budgetWords(availability(0.9996, [0.9994, 0.9998], 0.999)), '40 % (20 … 60)');
  assert.is(budgetWords(availability(0.7, [0.68, 0.72], 0.99)), '30 × (28 … 32)');
  assert.is(budgetWords(availability(0.9997, null, 0.999)), '30 %');
  assert.is(budgetWords(availability(1, [0.9997, 1], 0.999)), 'none seen (at most 30 %)');
  // what a reader gets who divides what stands beside it: at least 93 % of 99 %
  assert.is(budgetWords(availability(1, [0.9353, 1], 0.99)), 'none seen (at most 700 %)');
  assert.is(budgetWords(availability(0.6294, null, 0.999)), '370 ×', 'one replication claims two digits');
});

test('no budget: nothing measured, nothing may be lost, another kind of objective', () => {
  assert.is(budgetUse(availability(null, null, 0.999)), null);
  assert.is(budgetUse(availability(0.9, [0.8, 1], 1)), null);
  assert.is(budgetUse({ ...availability(0.5, null, 0.4), kind: 'latency' }), null);
  assert.is(budgetWords(availability(0.9, null, 1)), '');
});

test('law: the printed interval contains the true one, and all of the budget is printed only where it may be', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(share, share, share), fc.double({ min: 0.5, max: 0.99999, noNaN: true }), (three, limit) => {
      const [low, value, high] = [...three].sort((a, b) => a - b) as [number, number, number];
      const use = budgetUse(availability(value, [low, high], limit))!;
      const { low: printedLow, high: printedHigh, unit } = budgetFigure(use);
      const size = unit === '%' ? 100 : 1;
      assert.ok(Number(printedLow) <= use.interval![0] * size + 1e-3);
      assert.ok(Number(printedHigh) >= use.interval![1] * size - 1e-3);
      if (use.interval![1] < 0.999) assert.ok(Number(printedHigh) < size);
      if (use.interval![0] > 1.02) assert.ok(Number(printedLow) > size);
    }),
  );
});

test('it stands next to the objective in the report, the terminal and the step summary', () => {
  const live = sampleLive();
  const words = '28.7 × (28.1 … 29.2)';
  const page = renderReport(live);
  assert.match(page, '<th scope="col">Error budget used</th>');
  assert.ok(page.includes(`<td data-label="Budget used">${words}</td>`), 'in the table of objectives');
  assert.ok(renderTerminal(live, { color: false, width: 80 }).includes(`error budget used: ${words}`));
  const entry = { file: 'x.yaml', line: 0, seconds: 1, result: live, error: null, baseline: null };
  assert.ok(renderGithubSummary([entry]).includes('28.7 × \\(28.1 … 29.2\\)'));
});

test.run();
