import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { statedShare } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { shortened } from '../text.ts';
import { binWords, type CellFill, fallbackLimit, fillOf, hatchWords } from '../view/bins.ts';
import { decidingObjective, figureColumns, figureOf } from '../view/cell-objectives.ts';
import { cellRole, chosenWords, roleNote } from '../view/cell-role.ts';
import { cellWords, verdictTally } from '../view/headline.ts';
import { cellLoss, lossHead, yearlyRun } from '../view/loss-words.ts';
import { recoveryKnown, recoveryWords } from '../view/recovery-words.ts';
import { type Facet, facetLimit, type SweepGrid, sweepGrid } from '../view/sweep-grid.ts';
import {
  availabilitySample,
  availabilityShort,
  intervalWords,
  marks,
  nothingLost,
  objectiveShort,
  percentHead,
  percentWords,
} from '../view/verdict-words.ts';
import { at, type DataTable, figure, pageWidth } from './figure.ts';

const pixelsPerCharacter = 7.8;
/** Row labels are cut to this many characters. */
const rowCharacters = 24;
const gap = 36;

interface Layout {
  /** Room for the row labels. */
  readonly gutter: number;
  /** Where the cells begin, below the facet's name and the column labels. */
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly perLine: number;
  readonly facetWidth: number;
  readonly facetHeight: number;
}

/** Availability by redundancy configuration: one small multiple per third axis, the cheapest cell that meets outlined. */
export function matrixChart(result: RunResult): Markup {
  const grid = sweepGrid(result);
  const facets = grid.facets.slice(0, facetLimit);
  const layout = layoutOf(grid, facets);
  const lines = Math.ceil(facets.length / layout.perLine);
  const limit = limitOf(result);
  const hidden = grid.facets.length - facets.length;
  return figure({
    id: 'matrix',
    title: 'Availability by redundancy configuration',
    finding: `Verdicts of ${result.cells.length} configurations: ${verdictTally(result)}.${cheapestSentence(result)}`,
    width: Math.min(pageWidth, usedWidth(layout, grid, facets)),
    height: lines * layout.facetHeight,
    grid: true,
    legend: legend(result, limit),
    drawing: [
      hatchings,
      facets.map((facet, f) => {
        const x = (f % layout.perLine) * (layout.facetWidth + gap);
        const y = Math.floor(f / layout.perLine) * layout.facetHeight;
        return html`<g transform="translate(${at(x)} ${at(y)})">${facetDrawing(result, grid, facet, f, layout, limit)}</g>\n`;
      }),
    ],
    note: hidden > 0 ? `${hidden} more panels are in the table only.` : '',
    table: allCells(result),
  });
}

function layoutOf(grid: SweepGrid, facets: readonly Facet[]): Layout {
  const columns = Math.max(1, grid.columns?.values.length ?? 1);
  const rows = Math.max(1, grid.rows?.values.length ?? 1);
  const names = [grid.rows?.name ?? '', ...(grid.rows?.values ?? []).map(String)];
  const longest = Math.min(rowCharacters, Math.max(...names.map((name) => shortened(name, rowCharacters).length)));
  const gutter = Math.max(grid.rows === null ? 8 : 50, Math.ceil(longest * pixelsPerCharacter) + 12);
  const two = facets.length > 1 && columns <= 4;
  const room = two ? (pageWidth - gap) / 2 : pageWidth;
  const cellWidth = Math.max(36, Math.min(two ? 104 : 116, Math.floor((room - gutter - 4) / columns)));
  const cellHeight = cellWidth < 60 ? 34 : 52;
  const top = facets.some((facet) => facet.label !== '') ? 58 : 40;
  const facetHeight = top + rows * cellHeight + 22;
  return { gutter, top, cellWidth, cellHeight, perLine: two ? 2 : 1, facetWidth: room, facetHeight };
}

/** No wider than what is drawn: a small sweep fits a small screen. */
function usedWidth(
  { gutter, cellWidth, perLine, facetWidth }: Layout,
  grid: SweepGrid,
  facets: readonly Facet[],
): number {
  const columns = Math.max(1, grid.columns?.values.length ?? 1);
  const labels = [grid.columns?.name ?? '', ...facets.map(({ label }) => shortened(label, 56))];
  const words = Math.max(...labels.map((label) => label.length)) * pixelsPerCharacter;
  const across = Math.min(perLine, facets.length) - 1;
  return Math.ceil(across * (facetWidth + gap) + gutter + Math.max(columns * cellWidth, words) + 4);
}

function facetDrawing(
  result: RunResult,
  grid: SweepGrid,
  facet: Facet,
  f: number,
  layout: Layout,
  limit: number,
): Insert {
  const { cellWidth, cellHeight, gutter, top } = layout;
  const columnName = shortened(grid.columns?.name ?? '', 60);
  const rowName = shortened(grid.rows?.name ?? '', rowCharacters);
  const cells = facet.cells.flatMap((row, r) =>
    row.map((index, c) => {
      const cell = index === null ? undefined : result.cells[index];
      if (cell === undefined || index === null) return null;
      const place = { x: gutter + c * cellWidth, y: top + r * cellHeight, r: f * 1000 + r, c };
      return cellDrawing(result, cell, index, layout, limit, place);
    }),
  );
  return [
    facet.label === '' ? null : html`<text class="strong" x="${gutter}" y="14">${shortened(facet.label, 56)}</text>`,
    html`<text class="muted" x="${gutter}" y="${top - 25}">${columnName}</text>`,
    (grid.columns?.values ?? []).map(
      (value, c) =>
        html`<text class="tick mid" x="${at(gutter + (c + 0.5) * cellWidth)}" y="${top - 7}">${shortened(String(value), Math.max(3, Math.floor(cellWidth / 8)))}</text>`,
    ),
    html`<text class="muted end" x="${gutter - 10}" y="${top - 7}">${rowName}</text>`,
    (grid.rows?.values ?? []).map(
      (value, r) =>
        html`<text class="tick end" x="${gutter - 10}" y="${at(top + (r + 0.5) * cellHeight + 4)}">${shortened(String(value), rowCharacters)}</text>`,
    ),
    cells,
    outlines(result, facet, layout),
  ];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly c: number;
}

function cellDrawing(
  result: RunResult,
  cell: CellResult,
  index: number,
  layout: Layout,
  limit: number,
  place: Place,
): Markup {
  const sample = availabilitySample(cell);
  const deciding = decidingObjective(cell);
  const below = deciding === null ? cellLoss(cell, sample) : figureOf(deciding);
  const figureText = availabilityShort(sample, sample.limit);
  const x = at(place.x + layout.cellWidth / 2);
  const full = layout.cellWidth >= 84;
  const middle = at(place.y + (full ? 23 : layout.cellHeight / 2 + 4));
  return html`<g class="cell ${fillClass(fillOf(cell, limit))}" data-r="${place.r}" data-c="${place.c}"><title>${tip(result, cell, index)}</title><rect x="${at(place.x + 1)}" y="${at(place.y + 1)}" width="${layout.cellWidth - 2}" height="${layout.cellHeight - 2}" rx="3"/><text class="strong mid" x="${x}" y="${middle}">${marks[cell.verdict]}${layout.cellWidth >= 56 ? ` ${figureText}` : ''}</text>${full ? html`<text class="small mid" x="${x}" y="${at(place.y + 40)}">${shortened(below, Math.floor(layout.cellWidth / 6.6))}</text>` : null}</g>\n`;
}

/** Drawn last, over their neighbours: the cell that is in the file, and the one a reader is looking for. */
function outlines(result: RunResult, facet: Facet, layout: Layout): Insert {
  return facet.cells.map((row, r) =>
    row.map((index, c) => {
      const x = layout.gutter + c * layout.cellWidth;
      const y = layout.top + r * layout.cellHeight;
      return [
        index === null || index !== result.asWritten
          ? null
          : html`<rect class="written" x="${at(x + 4)}" y="${at(y + 4)}" width="${layout.cellWidth - 8}" height="${layout.cellHeight - 8}" rx="2"/>`,
        index === null || index !== result.cheapest
          ? null
          : html`<rect class="chosen" x="${at(x - 1)}" y="${at(y - 1)}" width="${layout.cellWidth + 2}" height="${layout.cellHeight + 2}" rx="5"/>`,
      ];
    }),
  );
}

function tip(result: RunResult, cell: CellResult, index: number): string {
  const sample = availabilitySample(cell);
  const objective = cell.objectives.find((one) => one.kind === 'availability');
  const span = objective === undefined ? '' : ` ${intervalWords(objective)}`;
  const other = cell.objectives
    .filter((one) => one.kind !== 'availability' && one.verdict !== 'met')
    .map((one) => `; ${one.name} ${one.verdict}, ${objectiveShort(one)}`)
    .join('');
  const role = cellRole(result, index);
  return `${cellWords(result, cell)}: ${marks[cell.verdict]} ${cell.verdict}, ${availabilityShort(sample, sample.limit)} %${span}, ${cellLoss(cell, sample)} ${cell.perYear ? 'lost a year' : 'lost'}, n = ${cell.n}${other}${role === '' ? '' : `; ${role}`}`;
}

/** Every figure of every cell: what the drawing has no room for. */
function allCells(result: RunResult): DataTable {
  const figures = figureColumns(result);
  const recovers = recoveryKnown(result.cells);
  const loss = lossHead(yearlyRun(result));
  const before = [
    'Configuration',
    'Verdict',
    percentHead(result),
    'Interval',
    loss,
    ...figures.map(({ head }) => head),
  ];
  return {
    caption: 'All configurations in plan order',
    head: [...before, ...(recovers ? ['Recovery after a fault'] : []), 'Cost', 'n'],
    rows: result.cells.map((cell, index) => {
      const sample = availabilitySample(cell);
      const objective = cell.objectives.find((one) => one.kind === 'availability');
      return [
        `${cellWords(result, cell)}${roleNote(result, index)}`,
        `${marks[cell.verdict]} ${cell.verdict}`,
        availabilityShort(sample, sample.limit),
        objective === undefined ? '' : intervalWords(objective),
        cellLoss(cell, sample),
        ...figures.map(({ of }) => of(cell)),
        ...(recovers ? [recoveryWords(cell)] : []),
        String(cell.cost),
        String(cell.n),
      ];
    }),
  };
}

const fillClass = (fill: CellFill): string => (fill === null ? 'none' : typeof fill === 'number' ? `b${fill}` : fill);

/** What `.unseen` and `.other` of the style sheet are filled with. */
const hatchings = html`<defs><pattern id="hatch-unseen" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch measured" d="M3.5 0V7"/></pattern><pattern id="hatch-other" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="hatch missed" d="M3.5 0V7"/></pattern></defs>
`;

function limitOf(result: RunResult): number {
  return result.cells[0]?.objectives.find((one) => one.kind === 'availability')?.limit ?? fallbackLimit;
}

function legend(result: RunResult, limit: number): Markup {
  const stated = result.cells[0]?.objectives.some((one) => one.kind === 'availability') === true;
  const about = stated ? `objective ${statedShare(limit)}` : `no objective: colours turn at ${statedShare(limit)}`;
  const decided = result.cells.some((cell) => decidingObjective(cell) !== null);
  const below = `${yearlyRun(result) ? 'time lost a year' : 'percent lost'}${decided ? ', or what was measured for the objective that decides the cell' : ''}`;
  const fills = new Set(result.cells.map((cell) => fillOf(cell, limit)));
  const bounded = result.cells.some((cell) => nothingLost(availabilitySample(cell)));
  const hatched = (['unseen', 'other'] as const).filter((fill) => fills.has(fill));
  return html`<p class="legend"><span class="what">Percent ${percentWords(result)}, and under it ${below}; ${about}.${bounded && ' Where no loss was seen the colour is that of what is proven.'}</span> ${binWords.map((words, bin) => html`<span class="key">${swatch(`b${bin}`)} ${words}</span> `)}${hatched.map((fill) => html`<span class="key">${swatch(fill)} ${hatchWords[fill]}</span> `)}${result.cheapest === null ? null : html`<span class="key"><svg width="18" height="14" aria-hidden="true"><rect class="chosen" x="2" y="2" width="14" height="10" rx="3"/></svg> ${chosenWords(result)} every objective</span>`}${result.cells.length < 2 || (result.asWritten ?? null) === null ? null : html` <span class="key"><svg width="18" height="14" aria-hidden="true"><rect class="written" x="2" y="2" width="14" height="10" rx="2"/></svg> as written</span>`}</p>
`;
}

const swatch = (fill: string): Markup =>
  html`<svg width="16" height="16" aria-hidden="true"><g class="cell ${fill}"><rect x="1" y="1" width="14" height="14" rx="3"/></g></svg>`;

function cheapestSentence(result: RunResult): string {
  const cell = result.cheapest === null ? undefined : result.cells[result.cheapest];
  return cell === undefined ? '' : ` The ${chosenWords(result)} every objective is ${cellWords(result, cell)}.`;
}
