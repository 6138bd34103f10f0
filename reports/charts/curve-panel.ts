import { area, line, scalePoint } from 'd3';
import type { CellResult } from '../../sim/store/result.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { shortened } from '../text.ts';
import { availabilitySample } from '../view/verdict-words.ts';
import { at } from './figure.ts';
import type { NinesAxis } from './nines-axis.ts';

/** One configuration along the horizontal axis. */
export interface CurvePoint {
  readonly value: string | number;
  readonly cell: CellResult;
}

export interface PanelPlace {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

type Spot = readonly [x: number, y: number];

/** Measured availability with whiskers, beside it the arithmetic and the ceiling; the shaded gap is the finding. */
export function curvePanel(
  points: readonly CurvePoint[],
  values: ReadonlyArray<string | number>,
  title: string,
  axis: NinesAxis,
  place: PanelPlace,
  limit: number | null,
): Insert {
  const numeric = values.every((value) => typeof value === 'number');
  const inset = numeric ? (values.length > 6 ? 12 : 26) : place.width / (2 * Math.max(1, values.length));
  const x = scalePoint(values.map(String), [inset, place.width - inset]);
  const everyNth = Math.ceil((26 * values.length) / place.width);
  const xOf = (point: CurvePoint): number => x(String(point.value)) ?? 0;
  const measured = points.flatMap((point) => {
    const share = availabilitySample(point.cell).value;
    return share === null ? [] : [{ point, share, x: xOf(point) }];
  });
  const computed = points.flatMap((point) =>
    point.cell.arithmetic === null ? [] : [{ x: xOf(point), ...point.cell.arithmetic }],
  );
  const path = line<Spot>()
    .x(([px]) => px)
    .y(([, py]) => py)
    .digits(2);
  const through = (spots: readonly Spot[]): string => (numeric ? (path([...spots]) ?? '') : '');
  const shown = computed.filter(({ independent }) => !axis.beyond(1 - independent));
  const arithmetic = shown.map(({ x: px, independent }): Spot => [px, axis.y(1 - independent)]);
  const shared = computed.filter(({ sharedFloor }) => sharedFloor > 0);
  const ceiling = shared.map(({ x: px, sharedFloor }): Spot => [px, axis.y(1 - sharedFloor)]);
  return [
    html`<text class="strong" x="0" y="${place.top - 10}">${shortened(title, Math.floor(place.width / 8))}</text>`,
    axis.ticks.map(
      (tick) =>
        html`<line class="grid" x1="0" x2="${place.width}" y1="${at(axis.y(tick.share))}" y2="${at(axis.y(tick.share))}"/>`,
    ),
    gapArea(measured, computed, axis, numeric),
    limit === null
      ? null
      : html`<line class="objective" x1="0" x2="${place.width}" y1="${at(axis.y(limit))}" y2="${at(axis.y(limit))}"/>`,
    html`<path class="line arithmetic" d="${through(arithmetic)}"/>`,
    computed.map(({ x: px, independent }) => diamond(px, axis.y(1 - independent), axis.beyond(1 - independent))),
    html`<path class="line measured" d="${through(measured.map((spot): Spot => [spot.x, axis.y(spot.share)]))}"/>`,
    ceilingLine(ceiling, numeric, place.width),
    measured.map(({ point, x: px }) => whisker(point.cell, px, axis)),
    values
      .filter((_, index) => index % everyNth === 0)
      .map(
        (value) =>
          html`<text class="tick mid" x="${at(x(String(value)) ?? 0)}" y="${place.bottom + 17}">${shortened(String(value), Math.max(4, Math.floor(place.width / values.length / 8)))}</text>`,
      ),
    html`<line class="axis" x1="0" x2="${place.width}" y1="${place.bottom}" y2="${place.bottom}"/>\n`,
  ];
}

/** From edge to edge, on a ground of its own over the measured curve: where the two meet is the finding. */
function ceilingLine(spots: readonly Spot[], numeric: boolean, width: number): Insert {
  const [first, last] = [spots[0], spots.at(-1)];
  if (first === undefined || last === undefined) return null;
  const path = line<Spot>()
    .x(([px]) => px)
    .y(([, py]) => py)
    .digits(2);
  const edges: Spot[] = [[0, first[1]], ...spots, [width, last[1]]];
  const d = numeric ? (path(edges) ?? '') : spots.map(([px, py]) => `M${at(px - 18)} ${at(py)}h36`).join('');
  return html`<path class="line under" d="${d}"/><path class="line ceiling" d="${d}"/>`;
}

function gapArea(
  measured: ReadonlyArray<{ point: CurvePoint; share: number; x: number }>,
  computed: ReadonlyArray<{ x: number; independent: number }>,
  axis: NinesAxis,
  numeric: boolean,
): Markup | null {
  const between = measured.flatMap(({ x: px, share }) => {
    const twin = computed.find((one) => one.x === px);
    return twin === undefined ? [] : [{ x: px, low: axis.y(share), high: axis.y(1 - twin.independent) }];
  });
  if (!numeric || between.length < 2) return null;
  const shape = area<{ x: number; low: number; high: number }>()
    .x((d) => d.x)
    .y0((d) => d.low)
    .y1((d) => d.high)
    .digits(2);
  return html`<path class="gap" d="${shape(between) ?? ''}"/>`;
}

/** A value above the axis is an arrow at its top edge, never a point at a wrong height. */
function diamond(x: number, y: number, beyond: boolean): Markup {
  const d = beyond
    ? `M${at(x - 5)} ${at(y + 5)}L${at(x)} ${at(y - 3)}L${at(x + 5)} ${at(y + 5)}Z`
    : `M${at(x)} ${at(y - 4)}L${at(x + 4)} ${at(y)}L${at(x)} ${at(y + 4)}L${at(x - 4)} ${at(y)}Z`;
  return html`<path class="point arithmetic" d="${d}"/>`;
}

function whisker(cell: CellResult, x: number, axis: NinesAxis): Markup {
  const sample = availabilitySample(cell);
  const share = sample.value ?? 0;
  const kind = share >= 1 ? 'hollow' : 'measured';
  const dot = html`<circle class="point ${kind}" cx="${at(x)}" cy="${at(axis.y(share))}" r="${share >= 1 ? 4 : 3.5}"/>`;
  if (sample.interval === null) return dot;
  const [low, high] = [at(axis.y(sample.interval[0])), at(axis.y(sample.interval[1]))];
  const d = `M${at(x)} ${low}V${high}M${at(x - 4)} ${low}h8M${at(x - 4)} ${high}h8`;
  return html`<path class="whisker" d="${d}"/>${dot}`;
}
