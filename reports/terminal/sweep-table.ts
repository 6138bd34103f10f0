import type { RunResult } from '../../sim/store/result.ts';
import { statedShare } from '../numbers.ts';
import { shortened } from '../text.ts';
import { chosenWords } from '../view/cell-role.ts';
import { type Facet, facetLimit, type SweepGrid, sweepGrid } from '../view/sweep-grid.ts';
import { availabilitySample, availabilityShort, marks, percentWords } from '../view/verdict-words.ts';
import { columns, displayWidth, type TextCell } from './columns.ts';
import { type Paint, verdictInk } from './paint.ts';

/** The sweep as tables, one per facet; the chosen cell carries a star, the one as written a dagger. Wide tables are cut into several. */
export function sweepTables(result: RunResult, paint: Paint, width: number): string[] {
  const grid = sweepGrid(result);
  const shown = grid.facets.slice(0, facetLimit);
  const lines = shown.flatMap((facet, at) => [
    ...(at > 0 ? [''] : []),
    ...(facet.label === '' ? [] : [`  ${paint('strong', shortened(facet.label, 80))}`]),
    ...facetTables(result, grid, facet.cells, paint, width),
  ]);
  if (grid.facets.length > shown.length) lines.push(`  … and ${grid.facets.length - shown.length} more in the report`);
  return lines;
}

const gap = '   ';

function facetTables(result: RunResult, grid: SweepGrid, cells: Facet['cells'], paint: Paint, width: number): string[] {
  const corner = shortened(grid.rows?.name ?? '', 24);
  const labels = cells.map((_, r) => shortened(String(grid.rows?.values[r] ?? ''), 24));
  const indent = Math.max(...[corner, ...labels].map(displayWidth));
  const heads = (grid.columns?.values ?? ['']).map(
    (value): TextCell => ({ text: `  ${shortened(String(value), 12)}` }),
  );
  const body = cells.map((row) => row.map((at) => cellText(result, at, paint)));
  const widest = Math.max(1, ...[...heads, ...body.flat()].map((cell) => displayWidth(cell.text)));
  const fit = Math.max(1, Math.floor((width - 2 - indent) / (widest + gap.length)));
  const tables: string[] = [];
  for (let from = 0; from < heads.length; from += fit) {
    const part = (row: readonly TextCell[]): readonly TextCell[] => row.slice(from, from + fit);
    const rows = body.map((row, r) => [{ text: labels[r] ?? '', align: 'right' } as const, ...part(row)]);
    const title = `${' '.repeat(indent + 5)}${paint('dim', shortened(grid.columns?.name ?? '', 60))}`;
    if (from > 0) tables.push('');
    tables.push(title, ...columns([[{ text: corner, align: 'right' }, ...part(heads)], ...rows], gap));
  }
  return tables.map((line) => `  ${line}`.trimEnd());
}

function cellText(result: RunResult, at: number | null, paint: Paint): TextCell {
  const cell = at === null ? undefined : result.cells[at];
  if (cell === undefined) return { text: '·' };
  const sample = availabilitySample(cell);
  const star = `${at === result.asWritten ? '†' : ''}${at === result.cheapest ? '*' : ''}`;
  const figure = `${availabilityShort(sample, sample.limit)}${star}`;
  const mark = marks[cell.verdict];
  return { text: `${mark} ${figure}`, painted: `${paint(verdictInk[cell.verdict], mark)} ${figure}` };
}

/** What the figures and marks of the tables mean, a line to be wrapped. */
export function sweepLegend(result: RunResult): string {
  const objective = result.cells[0]?.objectives.find((one) => one.kind === 'availability');
  const others = (result.cells[0]?.objectives.length ?? 0) > 1 ? ' and all other objectives' : '';
  const meets = objective === undefined ? 'all objectives' : `${statedShare(objective.limit)}${others}`;
  const star = result.cheapest === null ? '' : ` · * ${chosenWords(result)} ${meets}`;
  const written = result.asWritten === null ? '' : ' · † as written';
  return `percent ${percentWords(result)} · ✓ met ✗ missed ? inconclusive${written}${star}`;
}
