import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { curvesChart } from '../../../reports/charts/curves.ts';
import { comparesSizes, compositionChart, lossesChart } from '../../../reports/charts/losses.ts';
import { sampleSweep } from '../sample-result.ts';

test('the ceiling lies over the measured curve, from edge to edge, and is named at its end', () => {
  const page = curvesChart(sampleSweep()).text;
  const panel = page.split('<g transform').at(-1) ?? '';
  const [measured, ceiling] = [panel.indexOf('class="line measured"'), panel.indexOf('class="line ceiling"')];
  assert.ok(measured >= 0 && measured < ceiling, 'drawn later, so on top');
  assert.match(panel, /class="line ceiling" d="M0,/);
  assert.match(page, /class="small of-ceiling"[^>]*>ceiling:<\/text><text[^>]*>shared and 1/);
  const alone = sampleSweep().cells.map((cell) => ({ ...cell, arithmetic: null }));
  assert.not.match(curvesChart({ ...sampleSweep(), cells: alone }).text, /class="line ceiling"|of-ceiling|line under/);
});

test('what a chart of losses shows adds up to a last line', () => {
  const page = lossesChart(
    [
      { cause: 'overload', application: 'shop', count: 300 },
      { cause: 'late', application: 'shop', count: 100 },
    ],
    10,
  ).text;
  assert.match(page, />all causes<\/text><text[^>]*>100 %<\/text><text[^>]*>40<\/text>/);
  assert.match(page, /<td>all causes<\/td><td>100\s%<\/td><td>40<\/td>/);
});

test('redundancy is said to remove losses only where the configurations with losses differ in a number of parts', () => {
  const sweep = sampleSweep();
  assert.is(comparesSizes(sweep), true);
  const budgets = sweep.cells.slice(0, 4).map((cell, at) => ({
    ...cell,
    axes: { 'connectors per site': at < 2 ? 2 : 3, 'client retry budget': at % 2 === 0 ? 'none' : '10%' },
    measurement: { ...cell.measurement, losses: at < 2 ? cell.measurement.losses : [] },
  }));
  const axes = [
    { name: 'connectors per site', values: [2, 3] },
    { name: 'client retry budget', values: ['none', '10%'] },
  ];
  const settings = { ...sweep, axes, cells: budgets, cheapest: 2 };
  assert.is.not(compositionChart(settings), null);
  assert.is(comparesSizes(settings), false);
});

test.run();
