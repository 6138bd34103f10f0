import { scaleLinear } from 'd3';
import type { RunResult, Timeline, TimelineLane, WholeRun } from '../../sim/store/result.ts';
import { duration, meanCount, moment, portion, statedShare } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { plural } from '../text.ts';
import { type Episode, episodesOf, lostInAll, lostOutside } from '../view/episodes.ts';
import { letterKey } from '../view/fault-words.ts';
import { cellWords } from '../view/headline.ts';
import { replicationWords } from '../view/replication-words.ts';
import { timeTicks } from '../view/time-ticks.ts';
import { budgetOfRun, wholeRunWords } from '../view/whole-run-words.ts';
import { at, figure, pageWidth } from './figure.ts';
import { drawnLanes, laneHeight, lanesDrawing } from './lanes.ts';

const left = 150;
/** Room for the label at the end of the staircase. */
const right = 74;
const lostHeight = 70;
const usedHeight = 96;
const panelGap = 34;

type Scale = (seconds: number) => number;

/**
 * A long run at a glance: which part was hit when, what users lost of it, and how each episode used up the error budget.
 * The part that is enlarged below is marked.
 */
export function wholeRunChart(result: RunResult, timeline: Timeline, whole: WholeRun): Markup {
  const x = scaleLinear([0, whole.seconds], [left, pageWidth - right]).clamp(true);
  const hit = whole.lanes.filter((lane) => lane.bars.length > 0).sort(byKind);
  const lanes = hit.slice(0, drawnLanes);
  const top = 40;
  const lostTop = top + lanes.length * laneHeight + panelGap - 8;
  const usedTop = lostTop + lostHeight + panelGap;
  const bottom = usedTop + usedHeight;
  const episodes = episodesOf(whole);
  return figure({
    id: 'whole',
    title: 'The whole replication at a glance',
    finding: wholeRunWords(result, timeline, whole).join(' '),
    width: pageWidth,
    height: bottom + 30,
    legend: html`<p class="legend">${letterKey({ lanes: whole.lanes })
      .slice(0, 24)
      .map(({ letter, kind }) => html`<span class="key"><b class="badge">${letter}</b> ${kind}</span> `)}</p>\n`,
    drawing: [
      enlargedMark(timeline, x, bottom),
      html`<text class="strong" x="0" y="${top - 10}">faults</text>`,
      lanesDrawing(lanes, top, { left, right: pageWidth - right, x, from: 0 }),
      lostPanel(whole, x, lostTop),
      usedPanel(result, timeline, whole, episodes, x, usedTop),
      timeTicks(whole.seconds, 11).map((tick) => {
        const px = at(x(tick.at));
        return html`<line class="axis" x1="${px}" x2="${px}" y1="${bottom}" y2="${bottom + 5}"/><text class="tick mid" x="${px}" y="${bottom + 19}">${tick.label}</text>`;
      }),
    ],
    note: noteOf(result, timeline, whole, hit.length - lanes.length),
    table: {
      caption: 'Episodes: times in which some part did not work',
      head: ['From', 'Lasted', 'Faults', 'Requests lost', 'Of all lost'],
      rows: [...tableRows(whole, episodes)],
    },
  });
}

const kinds = ['connector', 'service', 'site', 'egress'];

/** Connectors first, what several of them share last; by name among equals. */
function byKind(a: TimelineLane, b: TimelineLane): number {
  const rank = ({ part }: TimelineLane): number =>
    (kinds.indexOf(part.split('/', 1)[0] ?? '') + kinds.length + 1) % (kinds.length + 1);
  return rank(a) - rank(b) || (a.part < b.part ? -1 : 1);
}

function tableRows(whole: WholeRun, episodes: readonly Episode[]): string[][] {
  const all = lostInAll(whole);
  const share = (lost: number): string => (all > 0 ? portion(lost / all) : '–');
  const rows = episodes.map((one) => [
    moment(one.from),
    duration(Math.round(one.to - one.from) * 1_000_000),
    one.faults.join('; ') || 'none',
    meanCount(one.lost),
    share(one.lost),
  ]);
  return [...rows, ['', '', 'at all other times', meanCount(lostOutside(whole)), share(lostOutside(whole))]];
}

function enlargedMark(timeline: Timeline, x: Scale, bottom: number): Markup {
  const last = timeline.points[timeline.points.length - 1];
  const length = (last?.at ?? 0) + timeline.bucketSeconds;
  const [from, to] = [x(timeline.from), Math.max(x(timeline.from + length), x(timeline.from) + 4)];
  const middle = (from + to) / 2;
  const anchor = middle > pageWidth - right - 60 ? 'end' : middle < left + 60 ? '' : 'mid';
  return html`<rect class="window" x="${at(from)}" y="20" width="${at(to - from)}" height="${bottom - 20}"/><text class="small ${anchor}" x="${at(anchor === 'end' ? to : anchor === '' ? from : middle)}" y="14">enlarged below</text>`;
}

/** A bar a stretch, as high as the share of its requests that was lost, and wide enough to be seen. */
function lostPanel(whole: WholeRun, x: Scale, top: number): Insert {
  const bottom = top + lostHeight;
  const y = scaleLinear([0, 1], [bottom, top]);
  const bars = whole.spans.filter((span) => span.requests > 0 && span.lost / span.requests >= 0.0005);
  return [
    html`<text class="strong" x="0" y="${top + 4}">lost</text>`,
    [0.5, 1].map(
      (share) =>
        html`<line class="grid" x1="${left}" x2="${pageWidth - right}" y1="${at(y(share))}" y2="${at(y(share))}"/><text class="tick end" x="${left - 10}" y="${at(y(share) + 4)}">${statedShare(share)}</text>`,
    ),
    bars.map((span) => {
      const height = Math.max(1, bottom - y(Math.min(1, span.lost / span.requests)));
      const width = Math.max(2, x(span.to) - x(span.from));
      return html`<rect class="lost-bar" x="${at(x(span.from))}" y="${at(bottom - height)}" width="${at(width)}" height="${at(height)}"/>`;
    }),
    html`<line class="axis" x1="${left}" x2="${pageWidth - right}" y1="${bottom}" y2="${bottom}"/>\n`,
  ];
}

/** The error budget as it is used up, a step an episode; without such a budget the share of requests lost so far. */
function usedPanel(
  result: RunResult,
  timeline: Timeline,
  whole: WholeRun,
  episodes: readonly Episode[],
  x: Scale,
  top: number,
): Insert {
  const bottom = top + usedHeight;
  const budget = budgetOfRun(result, timeline, whole);
  const unit = 1 / Math.max(1e-9, budget?.requests ?? whole.requests);
  const end = lostInAll(whole) * unit;
  const highest = budget === null ? Math.max(end * 1.1, 1e-9) : Math.max(1.05, end * 1.05);
  const y = scaleLinear([0, highest], [bottom, top]);
  let used = 0;
  let path = `M${left} ${bottom}`;
  // What is lost at all other times comes evenly; it is added where each episode begins.
  const steady = (lostOutside(whole) * unit) / whole.seconds;
  const height = (seconds: number): number => at(y(used + steady * seconds));
  for (const one of episodes) {
    if (one.lost <= 0) continue;
    path += `L${at(x(one.from))} ${height(one.from)}`;
    used += one.lost * unit;
    path += `L${at(x(one.to))} ${height(one.to)}`;
  }
  path += `L${pageWidth - right} ${height(whole.seconds)}`;
  const allowed =
    budget === null
      ? null
      : html`<line class="objective" x1="${left}" x2="${pageWidth - right}" y1="${at(y(1))}" y2="${at(y(1))}"/><text class="tick end" x="${left - 10}" y="${at(y(1) + 4)}">100 %</text>`;
  const labelled = Math.abs(y(end) - y(1)) < 13 && budget !== null ? y(end) + (end > 1 ? -6 : 14) : y(end) + 4;
  return [
    html`<text class="strong" x="0" y="${top + 4}">${budget === null ? 'lost so far' : 'error budget'}</text>${budget === null ? null : html`<text class="muted" x="0" y="${top + 20}">used so far</text>`}`,
    allowed,
    html`<text class="tick end" x="${left - 10}" y="${bottom + 4}">0 %</text>`,
    html`<path class="burn" d="${path}V${bottom}H${left}Z"/><path class="line burnt" d="${path}"/>`,
    html`<text class="strong" x="${pageWidth - right + 8}" y="${at(labelled)}">${portion(end)}</text>`,
    html`<line class="axis" x1="${left}" x2="${pageWidth - right}" y1="${bottom}" y2="${bottom}"/>\n`,
  ];
}

function noteOf(result: RunResult, timeline: Timeline, whole: WholeRun, moreLanes: number): string {
  const cell = result.cells[timeline.cell];
  const which = cell === undefined || result.cells.length < 2 ? '' : ` with ${cellWords(result, cell)}`;
  const lanes = moreLanes > 0 ? ` ${plural(moreLanes, 'more lane')} in the table only.` : '';
  const more = whole.moreFaults > 0 ? ` ${plural(whole.moreFaults, 'further fault window')} in plan.json.` : '';
  return `${replicationWords(result, timeline)}${which}. Where windows of one kind are shared by replications, their mean loss is shown. Bars are drawn wide enough to be seen.${lanes}${more}`;
}
