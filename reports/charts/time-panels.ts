import { line, scaleLinear, scaleLog } from 'd3';
import { duration, statedShare } from '../numbers.ts';
import { html, type Insert } from '../page/html.ts';
import type { DrawnPoint } from '../view/thinned-series.ts';
import { at } from './figure.ts';

export interface TimePanel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Pixel of a second. */
  readonly x: (seconds: number) => number;
  /** Seconds between two drawn points; a larger distance is a hole in the data. */
  readonly step: number;
}

/** A point of a line: y null breaks it. */
interface Spot {
  readonly x: number;
  readonly y: number | null;
}

/** Where the axis may begin when nearly everything was served; below the first it begins at 0 %. */
const floors = [0.9999, 0.9995, 0.999, 0.995, 0.99, 0.98, 0.95, 0.9] as const;

/** Share served, hanging from 100 %: what is missing is filled. An axis that does not begin at 0 % is broken, in words too. */
export function servedPanel(points: readonly DrawnPoint[], panel: TimePanel): Insert {
  const shares = points.flatMap(({ share }) => (share === null ? [] : [share]));
  const smallest = shares.reduce((least, share) => Math.min(least, share), 1);
  const floor = smallest >= 1 ? 0 : (floors.find((one) => one <= smallest) ?? 0);
  const y = scaleLinear([floor, 1], [panel.bottom, panel.top]);
  const ticks = [floor, (floor + 1) / 2, 1].map((share) => ({
    y: y(share),
    label: statedShare(share),
  }));
  const words = shares.length === 0 ? 'no request was recorded' : smallest >= 1 ? 'every request was served' : null;
  return [
    frame('served', ticks, panel),
    words === null ? null : saying(words, panel),
    html`<path class="lost" d="${missingPath(points, panel, y)}"/>\n`,
    floor === 0 ? null : axisBreak(floor, panel),
  ];
}

/** Two strokes across the foot of the axis: it does not reach down to nothing. */
function axisBreak(floor: number, { left, bottom, top }: TimePanel): Insert {
  const stroke = (y: number): string => `M${left - 5} ${at(y + 3)}L${left + 5} ${at(y - 3)}`;
  return html`<path class="axis-break" d="${stroke(bottom - 6)}${stroke(bottom - 11)}"/><text class="muted" x="0" y="${top + 21}">axis from ${statedShare(floor)}</text>\n`;
}

/** Outline of what was not served: one closed shape for each unbroken stretch of buckets with losses. */
function missingPath(points: readonly DrawnPoint[], panel: TimePanel, y: (share: number) => number): string {
  let d = '';
  let end: number | null = null;
  for (const { at: from, share } of points) {
    if (share === null || share >= 1) continue;
    const [left, height] = [at(panel.x(from)), at(y(share))];
    if (end === null || from - end > panel.step * 0.5)
      d += `${end === null ? '' : `V${panel.top}Z`}M${left} ${panel.top}V${height}`;
    else d += `V${height}`;
    end = from + panel.step;
    d += `H${at(panel.x(end))}`;
  }
  return end === null ? d : `${d}V${panel.top}Z`;
}

/** One, two and five in each decade of microseconds, 1 µs to 100 min. */
const latencyTicks = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8,
  2e8, 5e8, 1e9, 2e9, 5e9,
] as const;

/** p50 and p99 of answered requests on a logarithmic axis. */
export function latencyPanel(points: readonly DrawnPoint[], panel: TimePanel): Insert {
  const known = points.flatMap((point) => [point.p50, point.p99]).filter((value) => value !== null && value > 0);
  if (known.length === 0) return [frame('latency', [], panel), saying('no request was answered', panel)];
  const low = known.reduce((a, b) => Math.min(a ?? 0, b ?? 0), known[0] ?? 1) ?? 1;
  const high = known.reduce((a, b) => Math.max(a ?? 0, b ?? 0), 0) ?? 1;
  const y = scaleLog([low / 1.3, Math.max(high * 1.15, low * 2)], [panel.bottom, panel.top]).clamp(true);
  const inside = latencyTicks.filter((tick) => tick >= low / 1.3 && tick <= Math.max(high * 1.15, low * 2));
  const thin = Math.max(1, Math.ceil(inside.length / 6));
  const ticks = inside.filter((_, index) => index % thin === 0).map((tick) => ({ y: y(tick), label: duration(tick) }));
  const shape = line<Spot>()
    .defined((spot) => spot.y !== null)
    .x((spot) => spot.x)
    .y((spot) => spot.y ?? 0)
    .digits(1);
  const drawn = (pick: (point: DrawnPoint) => number | null): string =>
    shape(
      spotsOf(points, panel, (point) => {
        const value = pick(point);
        return value === null || value <= 0 ? null : y(value);
      }),
    ) ?? '';
  return [
    frame('latency', ticks, panel),
    html`<path class="line p50" d="${drawn((point) => point.p50)}"/><path class="line p99" d="${drawn((point) => point.p99)}"/>\n`,
  ];
}

/** Adds a closing spot after the last point and a break wherever buckets are missing. */
function spotsOf(points: readonly DrawnPoint[], panel: TimePanel, y: (point: DrawnPoint) => number | null): Spot[] {
  const spots: Spot[] = [];
  points.forEach((point, index) => {
    spots.push({ x: panel.x(point.at), y: y(point) });
    const next = points[index + 1];
    if (next !== undefined && next.at - point.at <= panel.step * 1.5) return;
    const close = panel.x(point.at + panel.step);
    spots.push({ x: close, y: y(point) });
    if (next !== undefined) spots.push({ x: close, y: null });
  });
  return spots;
}

function frame(name: string, ticks: ReadonlyArray<{ y: number; label: string }>, panel: TimePanel): Insert {
  return [
    html`<text class="strong" x="0" y="${panel.top + 4}">${name}</text>`,
    ticks.map(
      (tick) =>
        html`<line class="grid" x1="${panel.left}" x2="${panel.right}" y1="${at(tick.y)}" y2="${at(tick.y)}"/><text class="tick end" x="${panel.left - 10}" y="${at(tick.y + 4)}">${tick.label}</text>`,
    ),
    html`<line class="axis" x1="${panel.left}" x2="${panel.right}" y1="${panel.bottom}" y2="${panel.bottom}"/>\n`,
  ];
}

function saying(words: string, panel: TimePanel): Insert {
  return html`<text class="muted mid" x="${at((panel.left + panel.right) / 2)}" y="${at(panel.top + (panel.bottom - panel.top) * 0.3)}">${words}</text>`;
}
