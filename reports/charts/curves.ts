import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { computedShare, statedShare } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { plain, shortened } from '../text.ts';
import { coordinateWords } from '../view/axis-words.ts';
import { gapOf, gapSentences } from '../view/gap.ts';
import { cellWords } from '../view/headline.ts';
import { cellLoss, lossHead, lossShort, yearlyRun } from '../view/loss-words.ts';
import { type SweepGrid, sweepGrid } from '../view/sweep-grid.ts';
import {
  availabilitySample,
  availabilityShort,
  intervalWords,
  judgedByTime,
  nothingLost,
  percentHead,
} from '../view/verdict-words.ts';
import { type CurvePoint, curvePanel } from './curve-panel.ts';
import { at, figure, pageWidth } from './figure.ts';
import { type NinesAxis, ninesAxis } from './nines-axis.ts';

const left = 68;
const right = 92;
const space = 22;
const plotHeight = 174;
const belowPlot = 56;
/** A panel is no wider than this per value on its axis. */
const widthPerValue = 130;
/** Facets beyond these stay in the table: more lines of panels are not compared any more. */
const drawnFacets = 8;

/** Curves of availability against the leading axis, one panel per row of the sweep, one line of panels per facet. */
export function curvesChart(result: RunResult): Markup {
  const grid = sweepGrid(result);
  const facets = grid.facets.slice(0, drawnFacets);
  const named = facets.some((facet) => facet.label !== '');
  const plotTop = (named ? 26 : 0) + (grid.rows === null ? 12 : 26);
  const plotBottom = plotTop + plotHeight;
  const lineHeight = plotBottom + belowPlot;
  const axis = axisOf(result, plotTop, plotBottom);
  const limit = result.cells[0]?.objectives.find((one) => one.kind === 'availability')?.limit ?? null;
  const perLine = Math.min(5, Math.max(1, grid.rows?.values.length ?? 1));
  const linesPerFacet = Math.ceil((grid.rows?.values.length ?? 1) / perLine);
  const room = (pageWidth - left - right - space * (perLine - 1)) / perLine;
  const panelWidth = at(Math.min(room, Math.max(300, widthPerValue * (grid.columns?.values.length ?? 1))));
  const hidden = grid.facets.length - facets.length;
  const finding = gapSentences(result).join(' ') || 'Measured availability with its interval for every configuration.';
  return figure({
    id: 'curves',
    title: 'Availability on a nines axis, beside arithmetic and ceiling',
    finding,
    width: Math.min(pageWidth, left + perLine * (panelWidth + space) - space + right),
    height: facets.length * linesPerFacet * lineHeight,
    legend: legend(result),
    drawing: facets.map((facet, f) =>
      facet.cells.map((row, r) => {
        const y = (f * linesPerFacet + Math.floor(r / perLine)) * lineHeight;
        const x = left + (r % perLine) * (panelWidth + space);
        const points = row.flatMap((index, c): CurvePoint[] => {
          const cell = index === null ? undefined : result.cells[index];
          return cell === undefined ? [] : [{ value: grid.columns?.values[c] ?? '', cell }];
        });
        const values = grid.columns?.values ?? [''];
        const place = { width: panelWidth, top: plotTop, bottom: plotBottom };
        const panel = curvePanel(points, values, rowTitle(grid, r), axis, place, limit);
        const first = r % perLine === 0;
        const last = r === facet.cells.length - 1 || r % perLine === perLine - 1;
        const foot = points.at(-1)?.cell ?? null;
        const right = x + panelWidth + 10;
        return html`${first ? lineHead(grid, facet.label, axis, { y, bottom: plotBottom }) : null}${last ? lineEnd(limit, foot, axis, { x: right, y }) : null}<g transform="translate(${at(x)} ${y})">${panel}</g>\n`;
      }),
    ),
    note: [
      ...(hidden > 0 ? [`${hidden} more lines of panels are in the table only.`] : []),
      ...(judgedByTime(result.cells[0]?.objectives ?? [])
        ? ['Measured is the share of the time up, as the objective asks; arithmetic and ceiling are of requests.']
        : []),
    ].join(' '),
    table: {
      caption: 'Measured, arithmetic and ceiling',
      head: [
        'Configuration',
        percentHead(result),
        'Interval',
        lossHead(yearlyRun(result)),
        'Arithmetic',
        lossHead(yearlyRun(result)),
        'Ceiling',
        lossHead(yearlyRun(result)),
      ],
      rows: result.cells.map((_, index) => tableRow(result, index)),
    },
  });
}

function rowTitle(grid: SweepGrid, r: number): string {
  const value = grid.rows?.values[r];
  return grid.rows === null || value === undefined ? '' : coordinateWords(grid.rows.name, value);
}

/** The axis must show all that was measured and the objective; arithmetic may leave it at the top. */
function axisOf(result: RunResult, top: number, bottom: number): NinesAxis {
  const shares = result.cells.flatMap((cell) => {
    const sample = availabilitySample(cell);
    const limit = sample.limit === null ? [] : [sample.limit];
    const floor = cell.arithmetic === null || cell.arithmetic.sharedFloor <= 0 ? [] : [1 - cell.arithmetic.sharedFloor];
    const value = sample.value === null ? [] : [sample.value];
    return [...value, ...(sample.interval ?? []), ...limit, ...floor];
  });
  const promised = result.cells.flatMap((cell) => (cell.arithmetic === null ? [] : [1 - cell.arithmetic.independent]));
  const highest = Math.max(0, ...shares.filter((share) => share < 1));
  // The gap is the finding: the axis shows up to about a nine of it, and no more, or all that was measured lay on a line.
  const near = promised.map((share) => Math.min(share, 1 - (1 - highest) / 8)).filter((share) => share < 1);
  return ninesAxis([...shares, ...near], bottom, top + 8);
}

/** Facet name and tick labels at the left of a line of panels. */
function lineHead(
  grid: SweepGrid,
  label: string,
  axis: NinesAxis,
  { y, bottom }: { y: number; bottom: number },
): Insert {
  return [
    label === '' ? null : html`<text class="strong head" x="0" y="${y + 18}">${shortened(label, 80)}</text>`,
    axis.ticks.map(
      (tick) => html`<text class="tick end" x="${left - 8}" y="${at(y + axis.y(tick.share) + 4)}">${tick.label}</text>`,
    ),
    html`<text class="muted" x="${left}" y="${y + bottom + 36}">${shortened(grid.columns?.name ?? '', 60)}</text>\n`,
  ];
}

/** What the horizontal lines of a line of panels are, beside its last one: the objective, and whose the ceiling is. */
function lineEnd(
  limit: number | null,
  cell: CellResult | null,
  axis: NinesAxis,
  place: { x: number; y: number },
): Insert {
  const floor = cell?.arithmetic?.sharedFloor ?? 0;
  const ends = [
    ...(limit === null ? [] : [{ y: place.y + axis.y(limit), lines: ['objective', statedShare(limit)], kind: '' }]),
    ...(floor <= 0
      ? []
      : [{ y: place.y + axis.y(1 - floor), lines: ['ceiling:', ceilingName(cell)], kind: ' of-ceiling' }]),
  ].sort((a, b) => a.y - b.y);
  const close = (ends[1]?.y ?? Number.POSITIVE_INFINITY) - (ends[0]?.y ?? 0) < 28;
  return ends.map((end, index) => {
    const top = !close ? end.y - 2 : index === 0 ? end.y - 12 : Math.max(end.y + 9, (ends[0]?.y ?? 0) + 16);
    return end.lines.map(
      (words, k) =>
        html`<text class="small${end.kind}" x="${at(place.x)}" y="${at(top + 13 * k)}">${shortened(words, 14)}</text>`,
    );
  });
}

/** `wan`, `token service`, `wan and 2 more`. */
function ceilingName(cell: CellResult | null): string {
  const [first = 'shared parts', ...rest] = cell?.arithmetic?.sharedParts ?? [];
  const name = plain(first.slice(first.lastIndexOf('/') + 1)).replaceAll('-', ' ');
  return rest.length === 0 ? name : `${shortened(name, 8)} and ${rest.length}`;
}

function legend(result: RunResult): Markup {
  const computed = result.cells.some((cell) => cell.arithmetic !== null);
  const shared = result.cells.some((cell) => (cell.arithmetic?.sharedFloor ?? 0) > 0);
  const lossless = result.cells.some((cell) => nothingLost(availabilitySample(cell)));
  const hollow = html`<span class="key"><svg width="14" height="14" aria-hidden="true"><circle class="point hollow" cx="7" cy="7" r="4"/></svg> no loss seen, bound only</span> `;
  const sign = (kind: string, mark: Insert): Markup =>
    html`<svg width="34" height="14" aria-hidden="true"><path class="line ${kind}" d="M0 7H34"/>${mark}</svg>`;
  const measured = sign(
    'measured',
    html`<path class="whisker" d="M17 1V13M13 1h8M13 13h8"/><circle class="point measured" cx="17" cy="7" r="3.5"/>`,
  );
  const arithmetic = sign('arithmetic', html`<path class="point arithmetic" d="M17 3L21 7L17 11L13 7Z"/>`);
  const beyond = html`<svg width="14" height="14" aria-hidden="true"><path class="point arithmetic" d="M2 11L7 3L12 11Z"/></svg>`;
  return html`<p class="legend"><span class="key">${measured} measured, ${statedShare(result.confidence)} interval</span> ${lossless && hollow}${computed && [html`<span class="key">${arithmetic} if every part failed on its own</span> <span class="key">${beyond} above the axis</span> ${shared && html`<span class="key">${sign('ceiling', null)} ceiling set by shared parts</span> `}<span class="key"><svg width="22" height="14" aria-hidden="true"><rect class="gap" width="22" height="14"/></svg> the gap</span>`]}</p>
`;
}

function tableRow(result: RunResult, index: number): string[] {
  const cell = result.cells[index];
  if (cell === undefined) return [];
  const sample = availabilitySample(cell);
  const objective = cell.objectives.find((one) => one.kind === 'availability');
  const gap = gapOf(result, index);
  return [
    cellWords(result, cell),
    availabilityShort(sample, sample.limit),
    objective === undefined ? '' : intervalWords(objective),
    cellLoss(cell, sample),
    gap === null ? '–' : computedShare(gap.independent),
    gap === null ? '–' : lossShort(gap.independent, gap.perYear),
    gap === null ? '–' : gap.sharedFloor > 0 ? computedShare(gap.sharedFloor) : 'none',
    gap === null ? '–' : lossShort(gap.sharedFloor, gap.perYear),
  ];
}
