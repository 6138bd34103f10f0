import type { RunResult } from '../../sim/store/result.ts';
import { statedShare } from '../numbers.ts';
import { plain, shortened } from '../text.ts';
import { facetLimit, type SweepGrid, sweepGrid } from '../view/sweep-grid.ts';
import { availabilitySample, availabilityShort, marks } from '../view/verdict-words.ts';
import { columns, type TextCell } from './columns.ts';
import { type Paint, verdictInk } from './paint.ts';

/** The sweep as tables, one per facet; the cheapest cell that meets the objectives carries a star. */
export function sweepTables(result: RunResult, paint: Paint): string[] {
  const grid = sweepGrid(result);
  const shown = grid.facets.slice(0, facetLimit);
  const lines = shown.flatMap((facet, at) => [
    ...(at > 0 ? [''] : []),
    ...(facet.label === '' ? [] : [`  ${paint('strong', shortened(facet.label, 80))}`]),
    ...facetTable(result, grid, facet.cells, paint),
  ]);
  if (grid.facets.length > shown.length) lines.push(`  … and ${grid.facets.length - shown.length} more in the report`);
  return lines;
}

function facetTable(
  result: RunResult,
  grid: SweepGrid,
  cells: ReadonlyArray<ReadonlyArray<number | null>>,
  paint: Paint,
): string[] {
  const columnHead = (grid.columns?.values ?? []).map(
    (value): TextCell => ({ text: `  ${shortened(String(value), 12)}` }),
  );
  const corner = shortened(grid.rows?.name ?? '', 24);
  const body = cells.map((row, r): TextCell[] => [
    { text: shortened(String(grid.rows?.values[r] ?? ''), 24), align: 'right' },
    ...row.map((at) => cellText(result, at, paint)),
  ]);
  const table = columns([[{ text: corner, align: 'right' }, ...columnHead], ...body], '   ');
  const over = ' '.repeat(Math.max(corner.length, ...body.map((row) => row[0]?.text.length ?? 0)) + 5);
  const title = `${over}${paint('dim', plain(shortened(grid.columns?.name ?? '', 60)))}`;
  return [title, ...table].map((line) => `  ${line}`.trimEnd());
}

function cellText(result: RunResult, at: number | null, paint: Paint): TextCell {
  const cell = at === null ? undefined : result.cells[at];
  if (cell === undefined) return { text: '·' };
  const sample = availabilitySample(cell);
  const star = at === result.cheapest ? '*' : '';
  const figure = `${availabilityShort(sample, sample.limit)}${star}`;
  const mark = marks[cell.verdict];
  return { text: `${mark} ${figure}`, painted: `${paint(verdictInk[cell.verdict], mark)} ${figure}` };
}

/** What the figures and marks of the tables mean, in one line. */
export function sweepLegend(result: RunResult): string {
  const objective = result.cells[0]?.objectives.find((one) => one.kind === 'availability');
  const meets = objective === undefined ? 'all objectives' : `${statedShare(objective.limit)} and all other objectives`;
  const star = result.cheapest === null ? '' : ` · * cheapest that meets ${meets}`;
  return `percent served · ✓ met ✗ missed ? inconclusive${star}`;
}
