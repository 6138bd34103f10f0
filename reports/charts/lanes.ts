import type { TimelineLane } from '../../sim/store/result.ts';
import { moment } from '../numbers.ts';
import { html, type Insert, type Markup } from '../page/html.ts';
import { clusters } from '../view/fault-words.ts';
import { laneLabel, partWords } from '../view/part-words.ts';
import { at } from './figure.ts';

export const laneHeight = 22;
/** Lanes beyond these are in the table only. */
export const drawnLanes = 18;
/** Characters that fit beside a lane. */
const labelCharacters = 19;

export interface LanePlace {
  readonly left: number;
  readonly right: number;
  /** Pixel of a second. */
  readonly x: (seconds: number) => number;
  /** Where the drawing begins in the run, seconds; for words. */
  readonly from: number;
}

/** A lane a part: a bar a fault, lettered; bars too close together share a label. */
export function lanesDrawing(lanes: readonly TimelineLane[], top: number, place: LanePlace): Insert {
  return lanes.map((lane, index) => laneDrawing(lane, top + index * laneHeight, place));
}

function laneDrawing(lane: TimelineLane, y: number, { left, right, x, from }: LanePlace): Markup {
  const bars = lane.bars.map((bar) => ({ ...bar, x: x(bar.from), end: Math.max(x(bar.to), x(bar.from) + 3) }));
  const groups = clusters(
    bars.map((bar) => ({ from: bar.x, to: bar.end, letter: bar.letter })),
    20,
  );
  const middle = y + laneHeight / 2 + 4;
  return html`<line class="grid" x1="${left}" x2="${right}" y1="${y + laneHeight}" y2="${y + laneHeight}"/><text class="tick end" x="${left - 10}" y="${middle}">${laneLabel(lane.part, labelCharacters)}</text>${bars
    .slice(0, 400)
    .map(
      (bar) =>
        html`<rect class="fault" x="${at(bar.x)}" y="${y + 4}" width="${at(bar.end - bar.x)}" height="${laneHeight - 7}" rx="1.5"><title>${`${bar.letter} ${bar.kind} of ${partWords(lane.part)}: ${moment(from + bar.from)} to ${moment(from + bar.to)}`}</title></rect>`,
    )}${groups.map((group) => {
    const wide = group.to - group.from >= group.label.length * 9 + 6;
    const beside = group.to + 4 + group.label.length * 8 > right;
    const px = wide ? (group.from + group.to) / 2 : beside ? group.from - 4 : group.to + 4;
    const anchor = wide ? 'mid on-fault' : beside ? 'end' : '';
    return html`<text class="letter ${anchor}" x="${at(px)}" y="${middle}">${group.label}</text>`;
  })}\n`;
}
