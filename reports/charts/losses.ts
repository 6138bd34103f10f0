import type { Loss } from '../../sim/measure/measurement.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { portion } from '../numbers.ts';
import { html, type Markup } from '../page/html.ts';
import { plural, shortened } from '../text.ts';
import { configurationWords } from '../view/axis-words.ts';
import { type CauseTotal, causeGroups, causeTotals, lossSentence } from '../view/cause-words.ts';
import { axisOrder } from '../view/headline.ts';
import { cellLoss, lossHead, lostPerReplication, lostRequestsHead, yearlyRun } from '../view/loss-words.ts';
import { sweepGrid } from '../view/sweep-grid.ts';
import { headCell, requestSample } from '../view/verdict-words.ts';
import { at, figure, pageWidth } from './figure.ts';

const labels = 268;
const drawnCauses = 12;
const drawnRows = 24;
const labelCharacters = 50;

/** Requests lost by cause in `n` replications, largest first, coloured by what an architect would spend on. */
export function lossesChart(losses: readonly Loss[], n: number): Markup {
  const totals = causeTotals(losses);
  const shown = totals.slice(0, drawnCauses);
  const widest = shown[0]?.share ?? 1;
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  const foot = shown.length * 28 + 10;
  const room = 420;
  const several = new Set(losses.map((loss) => loss.application)).size > 1;
  return figure({
    id: 'losses',
    title: 'Lost requests by cause',
    finding: lossSentence(losses) || 'Many causes, none of them with a twentieth of the losses.',
    width: pageWidth,
    height: foot + 26,
    drawing: [
      shown.map((total, row) => {
        const y = row * 28 + 4;
        const width = Math.max(2, (total.share / widest) * room);
        return html`<text class="tick end" x="${labels - 10}" y="${y + 16}">${shortened(total.words, 40)}</text><rect class="g${causeGroups.indexOf(total.group)}" x="${labels}" y="${y + 2}" width="${at(width)}" height="20" rx="2"><title>${`${total.words}: ${lostPerReplication(total.count, n)} requests${n > 1 ? ' per replication' : ''}`}</title></rect><text class="strong" x="${at(labels + width + 8)}" y="${y + 16}">${portion(total.share)}</text><text class="muted" x="${at(labels + width + 70)}" y="${y + 16}">${shortened(whoFelt(total, several, n), Math.floor((pageWidth - labels - width - 70) / 7.4))}</text>\n`;
      }),
      html`<line class="axis" x1="${labels - 90}" x2="${labels + 130}" y1="${foot}" y2="${foot}"/><text class="tick end strong" x="${labels - 10}" y="${foot + 18}">all causes</text><text class="strong" x="${labels + 8}" y="${foot + 18}">100 %</text><text class="muted" x="${labels + 70}" y="${foot + 18}">${lostPerReplication(all, n)}</text>\n`,
    ],
    note: `Share of all that was lost, and requests ${n > 1 ? `per replication, the mean of ${n}` : 'lost'}.${totals.length > shown.length ? ` ${plural(totals.length - shown.length, 'smaller cause')} in the table only.` : ''}`,
    table: {
      caption: 'Lost requests by cause and application',
      head: ['Cause', 'Of all losses', lostRequestsHead(n), 'Applications'],
      rows: [
        ...totals.map((total) => [
          total.words,
          portion(total.share),
          lostPerReplication(total.count, n),
          applications(total),
        ]),
        ['all causes', '100 %', lostPerReplication(all, n), ''],
      ],
    },
  });
}

/** `3,890 · shop 90 %, payroll 10 %`; names only when several applications lost requests. */
function whoFelt(total: CauseTotal, several: boolean, n: number): string {
  const lost = lostPerReplication(total.count, n);
  return several ? `${lost} · ${applications(total)}` : lost;
}

/** `shop 90 %, payroll 10 %`, or the only one's name. */
function applications(total: CauseTotal): string {
  const [only] = total.applications;
  if (total.applications.length === 1) return only?.application ?? '';
  const parts = total.applications
    .slice(0, 4)
    .map(({ application, count: own }) => `${application} ${portion(own / total.count)}`);
  const more = total.applications.length > 4 ? `, ${total.applications.length - 4} more` : '';
  return `${parts.join(', ')}${more}`;
}

/** What the losses consist of in each configuration of the chosen panel: which cause redundancy removes, which stays. */
export function compositionChart(result: RunResult): Markup | null {
  const rows = compositionRows(result);
  // Room for the longest name, so that two configurations never look like one.
  const longest = Math.max(...rows.map((row) => row.words.length), 0);
  const left = Math.min(380, Math.max(120, Math.ceil(Math.min(longest, labelCharacters) * 7.3) + 14));
  const width = 880 - left;
  const groups = causeGroups.filter((group) => rows.some((row) => (row.shares.get(group) ?? 0) > 0));
  // Bars of one colour from end to end say nothing that the chart above does not.
  const oneKind = groups.some((group) => rows.every((row) => (row.shares.get(group) ?? 0) >= 0.99));
  if (rows.length < 2 || groups.length < 2 || oneKind) return null;
  return figure({
    id: 'composition',
    title: 'What the losses consist of, by configuration',
    finding: 'Each bar is all that was lost in one configuration, split by where it was lost.',
    width: pageWidth,
    height: rows.length * 24 + 26,
    legend: html`<p class="legend">${groups.map((group) => html`<span class="key"><svg width="14" height="14" aria-hidden="true"><rect class="g${causeGroups.indexOf(group)}" width="14" height="14" rx="3"/></svg> ${group}</span> `)}</p>\n`,
    drawing: [
      html`<text class="muted" x="${left + width + 14}" y="14">${lossHead(yearlyRun(result)).toLowerCase()}</text>`,
      rows.map((row, index) => {
        const y = index * 24 + 22;
        let x = left;
        const parts = groups.map((group) => {
          const share = row.shares.get(group) ?? 0;
          const own = share * width;
          const from = x;
          x += own;
          if (own < 0.5) return null;
          const label = own >= group.length * 7.5 + 8 ? group : own >= 34 ? portion(share) : '';
          return html`<rect class="g${causeGroups.indexOf(group)}" x="${at(from)}" y="${y}" width="${at(Math.max(0.5, own - 1))}" height="18"><title>${`${group}: ${portion(share)}`}</title></rect>${label === '' ? null : html`<text class="small mid on-group" x="${at(from + own / 2)}" y="${y + 13}">${label}</text>`}`;
        });
        return html`<text class="tick end${row.chosen ? ' strong' : ''}" x="${left - 10}" y="${y + 13}">${shortened(row.words, labelCharacters)}</text>${parts}<text class="tick" x="${left + width + 14}" y="${y + 13}">${row.lost}${row.chosen ? ' · chosen' : ''}</text>\n`;
      }),
    ],
    table: {
      caption: 'Share of losses by group',
      head: ['Configuration', ...groups, lossHead(yearlyRun(result))],
      rows: rows.map((row) => [row.words, ...groups.map((group) => portion(row.shares.get(group) ?? 0)), row.lost]),
    },
  });
}

/** Whether the configurations with losses differ in a number of parts, and not only in settings. */
export function comparesSizes(result: RunResult): boolean {
  const drawn = compositionRows(result).map(({ cell }) => cell);
  return result.axes.some(
    ({ name, values }) =>
      values.every((value) => typeof value === 'number') && new Set(drawn.map(({ axes }) => axes[name])).size > 1,
  );
}

interface CompositionRow {
  readonly cell: CellResult;
  readonly words: string;
  readonly shares: ReadonlyMap<string, number>;
  readonly lost: string;
  readonly chosen: boolean;
}

/** The cells of the facet that holds the chosen cell, in reading order. */
function compositionRows(result: RunResult): CompositionRow[] {
  const grid = sweepGrid(result);
  const chosen = headCell(result);
  const facet = grid.facets.find((one) => one.cells.some((row) => row.includes(chosen))) ?? grid.facets[0];
  const named = axisOrder(result).filter((name) => name === grid.columns?.name || name === grid.rows?.name);
  return (facet?.cells.flat() ?? []).slice(0, drawnRows).flatMap((index) => {
    const cell = index === null ? undefined : result.cells[index];
    const totals = cell === undefined ? [] : causeTotals(cell.measurement.losses);
    if (cell === undefined || totals.length === 0) return [];
    const shares = new Map<string, number>();
    for (const total of totals) shares.set(total.group, (shares.get(total.group) ?? 0) + total.share);
    const words = configurationWords(named, cell.axes);
    return [{ cell, words, shares, lost: cellLoss(cell, requestSample(cell)), chosen: index === chosen }];
  });
}
