import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../reports/page/report.ts';
import { renderTerminal } from '../../../reports/terminal/run.ts';
import { aftermathSentence } from '../../../reports/view/aftermath-words.ts';
import { gainSentences } from '../../../reports/view/gain.ts';
import { gapSentences } from '../../../reports/view/gap.ts';
import { headline } from '../../../reports/view/headline.ts';
import { longRunSentence } from '../../../reports/view/long-run-words.ts';
import { sampleSweep } from '../sample-result.ts';

/** Large enough to be combined from windows, and with a staged fault all the same. */
const sweep = sampleSweep();
const staged = { ...sweep, timeline: null, cells: sweep.cells.map((cell) => ({ ...cell, perYear: false })) };

test('a staged run is told in shares of requests, however large it is', () => {
  assert.ok(staged.cells.every(({ measurement }) => measurement.method === 'episodes'));
  const words = [
    headline(staged, null).finding,
    longRunSentence(staged),
    ...gapSentences(staged),
    ...gainSentences(staged),
  ].join(' ');
  assert.match(words, /% of requests/);
  assert.not.match(words, /a year|long[- ]run|fault rates/);
  assert.match(aftermathSentence(staged), /^Under the same faults: .* recovered after /);
  const page = renderReport(staged).replace(/Time lost a year is the lost share[^<]*/, '');
  assert.not.match(page, /a year|of the error budget of|fault rates are taken as given/i);
  assert.match(page, /of what 99\.95 % lets this run lose/);
  assert.not.match(renderTerminal(staged, { color: false, width: 100 }), /a year/i);
});

test('months of random faults are told per year, also where every request was simulated', () => {
  const cells = sweep.cells.map((cell) => ({
    ...cell,
    measurement: { ...cell.measurement, method: 'every-request' as const },
  }));
  assert.match(gapSentences({ ...sweep, cells }).join(' '), / a year.* in the long run/);
  assert.match(headline({ ...sweep, cells }, null).finding, /interval of the long-run mean/);
  assert.is(aftermathSentence({ ...sweep, cells }), '');
});

test.run();
