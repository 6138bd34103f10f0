import { scaleLinear } from 'd3';
import type { RunResult, Timeline } from '../../sim/store/result.ts';
import { duration, moment } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { plural } from '../text.ts';
import { clusters, letterKey, worstMoment } from '../view/fault-words.ts';
import { cellWords } from '../view/headline.ts';
import { replicationWords } from '../view/replication-words.ts';
import { shareOf, thinned } from '../view/thinned-series.ts';
import { type TimeTick, timeTicks } from '../view/time-ticks.ts';
import { at, figure, pageWidth } from './figure.ts';
import { drawnLanes, laneHeight, lanesDrawing } from './lanes.ts';
import { latencyPanel, servedPanel, type TimePanel } from './time-panels.ts';

const left = 150;
const right = 16;
const panelHeight = 118;
const panelGap = 40;
const drawnPoints = 900;

type TimeScale = (seconds: number) => number;

/** Fault lanes with letters, under them the served share and the latency of one replication on the same time axis. `id` is unique on the page. */
export function timelineChart(result: RunResult, timeline: Timeline, id = 'timeline'): Markup {
  const end = endOf(timeline);
  const x = scaleLinear([0, end], [left, pageWidth - right]).clamp(true);
  const hit = timeline.lanes.filter((lane) => lane.bars.length > 0);
  const lanes = hit.slice(0, drawnLanes);
  const lanesBottom = lanes.length === 0 ? 12 - panelGap : 24 + lanes.length * laneHeight;
  const { points, merged } = thinned(timeline.points, drawnPoints);
  const servedTop = lanesBottom + panelGap;
  const latencyTop = servedTop + panelHeight + panelGap;
  const place = (top: number): TimePanel => ({
    left,
    right: pageWidth - right,
    top,
    bottom: top + panelHeight,
    x,
    step: timeline.bucketSeconds * merged,
  });
  const bottom = latencyTop + panelHeight;
  return figure({
    id,
    title: 'Faults, served share and latency over time',
    finding: worstMoment(timeline) || 'Fault windows of one replication.',
    width: pageWidth,
    height: bottom + 30,
    legend: legend(timeline),
    drawing: [
      windows(timeline, x, 24, bottom),
      lanes.length === 0 ? null : html`<text class="strong" x="0" y="14">faults</text>`,
      lanesDrawing(lanes, 24, { left, right: pageWidth - right, x, from: timeline.from }),
      servedPanel(points, place(servedTop)),
      latencyPanel(points, place(latencyTop)),
      timeTicks(end, 9).map((tick, index, all) => {
        const px = at(x(tick.at));
        const last = index === all.length - 1 && px > pageWidth - 50;
        return html`<line class="axis" x1="${px}" x2="${px}" y1="${bottom}" y2="${bottom + 5}"/><text class="tick ${last ? 'end' : 'mid'}" x="${last ? pageWidth - right : px}" y="${bottom + 19}">${tickWords(timeline, tick)}</text>`;
      }),
    ],
    note: noteOf(result, timeline, merged, hit.length - lanes.length),
    table: {
      caption: 'Fault windows',
      head: ['Part', 'Fault', 'Letter', 'From', 'To', 'Lasted'],
      rows: timeline.lanes.flatMap((lane) =>
        lane.bars.map((bar) => [
          lane.part,
          bar.kind,
          bar.letter,
          moment(timeline.from + bar.from),
          moment(timeline.from + bar.to),
          duration(Math.round((bar.to - bar.from) * 1_000) * 1_000),
        ]),
      ),
    },
  });
}

function endOf(timeline: Timeline): number {
  const last = timeline.points[timeline.points.length - 1];
  const ends = timeline.lanes.flatMap((lane) => lane.bars.map((bar) => bar.to)).filter(Number.isFinite);
  const seen = (last?.at ?? 0) + timeline.bucketSeconds;
  return Math.max(1, timeline.points.length > 0 ? seen : ends.reduce((a, b) => Math.max(a, b), 0));
}

/** Faint bands behind everything: what was broken while a curve dipped. */
function windows(timeline: Timeline, x: TimeScale, top: number, bottom: number): Insert {
  const bars = timeline.lanes.flatMap((lane) => lane.bars);
  const spans = clusters(
    bars.map((bar) => ({ from: x(bar.from), to: Math.max(x(bar.to), x(bar.from) + 2), letter: '' })),
    0,
  );
  return spans
    .slice(0, 300)
    .map(
      (span) =>
        html`<rect class="window" x="${at(span.from)}" y="${top}" width="${at(span.to - span.from)}" height="${bottom - top}"/>`,
    );
}

/** On the axis of a part of a run the first tick says where it begins, the others how much later they are. */
function tickWords({ from }: Timeline, tick: TimeTick): string {
  if (from <= 0) return tick.label;
  return tick.at === 0 ? moment(from) : `+${tick.label}`;
}

function legend(timeline: Timeline): Markup {
  const keys = letterKey(timeline).slice(0, 24);
  const lossy = timeline.points.some((point) => (shareOf(point) ?? 1) < 1);
  return html`<p class="legend">${keys.map(({ letter, kind }) => html`<span class="key"><b class="badge">${letter}</b> ${kind}</span> `)}${lossy && html`<span class="key"><svg width="22" height="12" aria-hidden="true"><rect class="lost" width="22" height="12"/></svg> not served</span> `}<span class="key"><svg width="26" height="12" aria-hidden="true"><path class="line p50" d="M0 6H26"/></svg> p50</span> <span class="key"><svg width="26" height="12" aria-hidden="true"><path class="line p99" d="M0 6H26"/></svg> p99</span></p>
`;
}

/** What is seen of a request stands where it began: an outage can seem to end before its fault does. */
function sentWords({ points }: Timeline): string {
  const longest = points.reduce((most, { p99 }) => Math.max(most, p99 ?? 0), 0);
  const waited =
    longest >= 2_000_000
      ? `; its answer may have come up to ${duration(Math.round(longest / 1e6) * 1e6)} later, or more`
      : '';
  return `A request is shown at the time it was sent${waited}.`;
}

function noteOf(result: RunResult, timeline: Timeline, merged: number, moreLanes: number): string {
  const cell = result.cells[timeline.cell];
  const which = cell === undefined || result.cells.length < 2 ? '' : ` with ${cellWords(result, cell)}`;
  const bucket = duration(timeline.bucketSeconds * 1_000_000);
  const thin = merged > 1 ? ` Each point shows the worst of ${merged} buckets.` : '';
  const idle = timeline.lanes.length - timeline.lanes.filter((lane) => lane.bars.length > 0).length;
  const lanes = moreLanes > 0 ? ` ${plural(moreLanes, 'more lane')} in the table only.` : '';
  const quiet = idle > 0 ? ` ${plural(idle, 'part')} without a fault not drawn.` : '';
  const part = timeline.from > 0 ? `, from ${moment(timeline.from)} on` : '';
  return `${replicationWords(result, timeline)}${which}${part}, in buckets of ${bucket}. ${worstMoment(timeline)} ${sentWords(timeline)}${thin}${lanes}${quiet}`;
}
