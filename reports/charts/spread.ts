import { scaleLinear } from 'd3';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { lostShare, statedShare } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { shortened } from '../text.ts';
import { configurationWords } from '../view/axis-words.ts';
import { axisOrder } from '../view/headline.ts';
import { type Spread, spreadOf, spreadSentence } from '../view/spread-words.ts';
import { sweepGrid } from '../view/sweep-grid.ts';
import { headCell } from '../view/verdict-words.ts';
import { at, figure, pageWidth } from './figure.ts';

const right = 120;
const top = 34;
const rowHeight = 30;
const drawnRows = 12;
const labelCharacters = 54;
/** Room left of the axis for replications that lost less than it shows: a logarithmic axis has no place for nothing. */
const lessRoom = 72;
/** Powers of ten as a table: `**` is not equal on every engine. */
const decades = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const;

interface Row {
  readonly cell: CellResult;
  readonly spread: Spread;
  readonly words: string;
  readonly chosen: boolean;
}

/** A dot a replication on a logarithmic axis of what it lost, against what may be lost; null where there is no spread. */
export function spreadChart(result: RunResult): Markup | null {
  const rows = rowsOf(result);
  const shares = rows.flatMap(({ spread }) => spread.lost).filter((share) => share > 0);
  const chosen = rows.find((row) => row.chosen) ?? rows[0];
  if (chosen === undefined || shares.length === 0) return null;
  const longest = Math.min(labelCharacters, Math.max(...rows.map(({ words }) => words.length)));
  const left = Math.ceil(longest * 7.3) + 14;
  const allowed = chosen.spread.allowed;
  const ends = allowed === null ? shares : [...shares, allowed];
  const least = decades.findLast((one) => one <= Math.min(...ends)) ?? decades[0];
  const most = decades.find((one) => one >= Math.max(...ends)) ?? 1;
  const scale = scaleLinear(
    [Math.log10(least), Math.log10(Math.max(most, least * 10))],
    [left + lessRoom, pageWidth - right],
  ).clamp(true);
  const x = (share: number): number => (share < least ? left + 18 : scale(Math.log10(share)));
  const bottom = top + rows.length * rowHeight;
  const small = rows.flatMap(({ spread }) => spread.lost).filter((share) => share < least);
  const less = small.every((share) => share === 0) ? 'none' : 'less';
  return figure({
    id: 'spread',
    title: 'What each replication lost',
    finding: spreadSentence(result, chosen.cell),
    width: pageWidth,
    height: bottom + 26,
    legend: legend(allowed),
    drawing: [
      decades
        .filter((tick) => tick >= least && tick <= most)
        .map((tick) => tickAt(at(x(tick)), statedShare(tick), bottom)),
      small.length > 0 ? tickAt(at(x(0)), less, bottom) : null,
      rows.map((row, index) => rowDrawing(row, top + index * rowHeight, left, x)),
      allowed === null
        ? null
        : html`<line class="objective" x1="${at(x(allowed))}" x2="${at(x(allowed))}" y1="${top - 8}" y2="${bottom}"/><text class="small mid" x="${at(x(allowed))}" y="${top - 14}">${statedShare(allowed)} may be lost</text>\n`,
    ],
    note:
      chosen.cell.measurement.method !== 'episodes'
        ? ''
        : 'What windows of one kind lose is shared by replications, so that dots differ in what happened to them, not in the chance of single requests.',
    table: {
      caption: 'Share of requests lost, over replications',
      head: ['Configuration', 'Replications', 'Over what is allowed', 'Least', 'Median', 'Most'],
      rows: rows.map(({ words, spread }) => [
        words,
        String(spread.lost.length),
        spread.allowed === null ? '–' : String(spread.over),
        ...[spread.lost[0] ?? 0, spread.median, spread.worst].map((share) => lostShare(share)),
      ]),
    },
  });
}

/** The cells of the panel that holds the chosen one. */
function rowsOf(result: RunResult): Row[] {
  const head = headCell(result);
  const grid = sweepGrid(result);
  const facet = grid.facets.find((one) => one.cells.some((row) => row.includes(head))) ?? grid.facets[0];
  const all = result.cells.length < 2 ? [0] : (facet?.cells.flat() ?? []);
  // The chosen one is always among those that are drawn.
  const shown = all.slice(0, drawnRows);
  const drawn = head === null || shown.includes(head) || !all.includes(head) ? shown : [...shown.slice(1), head];
  const named = axisOrder(result).filter((name) => name === grid.columns?.name || name === grid.rows?.name);
  return drawn.flatMap((index) => {
    const cell = index === null ? undefined : result.cells[index];
    const spread = cell === undefined ? null : spreadOf(cell);
    if (cell === undefined || spread === null) return [];
    return [
      { cell, spread, words: configurationWords(named, cell.axes) || 'this configuration', chosen: index === head },
    ];
  });
}

function rowDrawing({ spread, words, chosen }: Row, y: number, left: number, x: (share: number) => number): Insert {
  const middle = y + rowHeight / 2;
  const dots = spread.lost.slice(0, 200).map((share, index) => {
    const kind = spread.allowed !== null && share > spread.allowed ? 'over' : 'within';
    // Dots on one spot become a small heap instead of one dot.
    return html`<circle class="replication ${kind}" cx="${at(x(share))}" cy="${at(middle + (((index * 5) % 9) - 4) * 1.8)}" r="3.5"/>`;
  });
  const kept = spread.allowed === null ? '' : `${spread.lost.length - spread.over} of ${spread.lost.length} kept it`;
  return html`<line class="grid" x1="${left}" x2="${pageWidth - right}" y1="${y + rowHeight}" y2="${y + rowHeight}"/><text class="tick end${chosen ? ' strong' : ''}" x="${left - 10}" y="${middle + 4}">${shortened(words, labelCharacters)}</text>${dots}<path class="median" d="M${at(x(spread.median))} ${y + 5}V${y + rowHeight - 5}"/><text class="tick" x="${pageWidth - right + 14}" y="${middle + 4}">${kept}</text>\n`;
}

const tickAt = (x: number, words: string, bottom: number): Markup =>
  html`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text class="tick mid" x="${x}" y="${bottom + 18}">${words}</text>`;

function legend(allowed: number | null): Markup {
  const dot = (kind: string): Markup =>
    html`<svg width="14" height="14" aria-hidden="true"><circle class="replication ${kind}" cx="7" cy="7" r="3.5"/></svg>`;
  const bar = html`<svg width="10" height="16" aria-hidden="true"><path class="median" d="M5 1V15"/></svg>`;
  const over =
    allowed === null
      ? null
      : html`<span class="key">${dot('over')} lost more than ${statedShare(1 - allowed)} allows</span> `;
  return html`<p class="legend"><span class="what">Share of its requests that each replication lost.</span> <span class="key">${dot('within')} a replication</span> ${over}<span class="key">${bar} median</span></p>\n`;
}
