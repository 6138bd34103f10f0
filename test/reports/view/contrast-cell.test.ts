import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../reports/page/report.ts';
import { aftermathSentence } from '../../../reports/view/aftermath-words.ts';
import { contrastCell } from '../../../reports/view/contrast-cell.ts';
import type { CellResult, RunResult } from '../../../sim/store/result.ts';
import { resultSchema } from '../../../sim/store/result-schema.ts';
import { sampleLive, sampleSweep } from '../sample-result.ts';

const [plain] = sampleLive().cells as [CellResult];

/** Staged faults, four configurations: what each served, whether it met, how long it took to come back. */
function staged(
  cells: ReadonlyArray<readonly [value: number, recovery: number | null, unrecovered: number]>,
): RunResult {
  const made = cells.map(([value, recovery, unrecovered], at): CellResult => {
    const availability = { ...plain.measurement.availability, value, interval: [value - 0.001, value] as const };
    const back = { value: recovery, interval: null, n: 5, method: 'none' };
    return {
      ...plain,
      axes: { connectors: at + 1 },
      measurement: { ...plain.measurement, availability, recovery: back, unrecovered },
      objectives: [],
      verdict: value < 0.99 ? 'missed' : 'met',
    };
  });
  const cheapest = made.findIndex(({ verdict }) => verdict === 'met');
  return {
    ...sampleLive(),
    axes: [{ name: 'connectors', values: cells.map((_, at) => at + 1) }],
    cells: made,
    cheapest,
    asWritten: null,
  };
}

const result = staged([
  [0.77, 15_000_000, 0],
  [0.31, null, 5],
  [1, 0, 0],
]);

test('the worst configuration is drawn beside the chosen one, or the one as written when it did worse', () => {
  assert.is(contrastCell(result), 1);
  assert.is(contrastCell({ ...result, asWritten: 0 }), 0);
  assert.is(contrastCell({ ...result, asWritten: 2 }), 1, 'the chosen one itself is no contrast');
  assert.is(contrastCell(staged([[1, 0, 0]])), null);
  assert.is(
    contrastCell(
      staged([
        [1, 0, 0],
        [1, 0, 0],
      ]),
    ),
    null,
  );
});

test('a sentence says what each configuration lost and how it came back', () => {
  assert.is(
    aftermathSentence(result),
    'Under the same faults: with 2 connectors 69 % of requests lost, no recovery seen; with 1 connector 23 % of requests lost, recovered after 15 s. With the other one no loss was seen.',
  );
  assert.is(aftermathSentence(sampleSweep()), '', 'months of random faults are told by the year');
  assert.is(aftermathSentence(sampleLive()), '');
});

test('the second time line has a heading of its own, and results without one are still results', () => {
  const timeline = { ...result.timeline!, cell: 2 };
  const page = renderReport({ ...result, timeline, contrast: { ...timeline, cell: 1 } });
  assert.match(page, /<h3>With 3 connectors<\/h3>\s*<figure id="timeline">/);
  assert.match(page, /<h3>With 2 connectors<\/h3>\s*<figure id="timeline-contrast">/);
  assert.not.match(renderReport({ ...result, timeline }), /timeline-contrast|With 3 connectors<\/h3>/);
  const whole = { ...sampleSweep(), contrast: sampleSweep().timeline };
  assert.ok(resultSchema.safeParse(whole).success);
  assert.ok(resultSchema.safeParse(sampleSweep()).success);
  assert.ok(resultSchema.safeParse({ ...whole, contrast: null }).success);
});

test.run();
